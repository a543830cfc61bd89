/** Settings whose value is a secret, or several with commas. */
const secrets = [
  ...["AUTH_SECRET", "AUTH_SECRET_PREVIOUS", "SERVICE_TOKEN", "METRICS_TOKEN"],
  ...["GOOGLE_CLIENT_SECRET", "GITHUB_CLIENT_SECRET", "OIDC_CLIENT_SECRET"],
] as const;
/** Settings that are an address, or several with commas. Their passwords and queries are secret. */
const addresses = ["DATABASE_URL", "REDIS_URL", "SMTP_URL", "AUDIT_CHECKPOINT_URL"] as const;
const headers = ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_LOGS_HEADERS"] as const;

/** The secrets in parsed settings, for `maskSecrets`: no log and no message may contain them. */
export function secretsOf(parsed: Readonly<Record<string, unknown>>): string[] {
  const texts = (name: string): string[] => [parsed[name] ?? []].flat().map(String);
  const found = [
    ...secrets.flatMap(texts),
    ...texts("ENCRYPTION_KEYS"),
    ...addresses.flatMap(texts).flatMap(secretsOfAddress),
    // A header's value is often a scheme and a token.
    ...headers
      .flatMap((name) => Object.values(parsed[name] ?? {}))
      .map((value) => String(value).split(" ").at(-1)),
  ];
  return [...new Set(found.filter((text) => text !== undefined && text !== ""))] as string[];
}

function secretsOfAddress(text: string): string[] {
  const url = URL.parse(text);
  if (!url) return [];
  const { username, password, host, pathname, searchParams } = url;
  const inQuery = [...searchParams.values()].filter((value) => !isOption.test(value));
  // A password that is the name of the user or the database would be masked wherever these are named.
  const isName = `${username} ${host}${pathname}`.includes(password);
  return isName ? inQuery : [password, decoded(password), ...inQuery];
}

/** Options such as `sslmode=require` are no secrets. */
const isOption = /^([a-z-]{1,16}|\d{1,8}|\/.*)$/;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
