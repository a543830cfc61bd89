import { settings } from "../env-settings";
import { type Finding, note, ok, warning } from "./finding";
import type { Settings } from "./read-settings";

/** Beginnings that only our names have, or that are meant for us when they stand beside ours. */
const ownBeginnings =
  /^(KEYWARD|ACCESS_LOG|API_KEY|API_CORS|AUDIT_CHECKPOINT|ENCRYPTION_KEY|METRICS_TOKEN|OIDC|SERVICE_TOKEN|SESSION_(IDLE|MAX)|SMTP|MAIL_FROM|TRUSTED_PROX|WEBHOOK)/;
/** Names of ours that aren't settings: the programs read them elsewhere, or set them themselves, and the SDK's documents use them. */
const otherNames = new Set([
  ...[
    "KEYWARD_COMMIT",
    "KEYWARD_PASSWORD",
    "KEYWARD_QUICKSTART",
    "KEYWARD_STOP_WITH_PARENT",
    "KEYWARD_WORKER",
  ],
  ...["KEYWARD_API_KEY", "KEYWARD_EVENT_SECRET", "KEYWARD_SERVICE_TOKEN", "KEYWARD_URL"],
]);
/** Names of next-auth, which is used inside but reads none of them. */
const nextAuthNames = /^(NEXTAUTH_(SECRET|URL)|AUTH_(URL|TRUST_HOST))$/;

/** Finds environment variables that were probably meant as settings. Empty ones count as not set. */
export function judgeSettingNames(source: Settings): Finding[] {
  const known = Object.keys(settings).flatMap((name) => [name, `${name}_FILE`]);
  const isKnown = new Set(known);
  const unknown = Object.keys(source).filter(
    (name) => source[name] && !isKnown.has(name) && !otherNames.has(name),
  );
  const findings = unknown.sort().flatMap((name) => {
    const meant = known.find((one) => isMisspelled(name, one));
    if (meant) return [warning("settings.names", `${name} is set, but Keyward reads ${meant}.`)];
    if (ownBeginnings.test(name) || nextAuthNames.test(name))
      return [note("settings.names", `${name} is set, but Keyward doesn't read it.`)];
    return [];
  });
  return findings.length > 0 ? findings : [ok("settings.names", "No name looks like a misspelled setting.")];
}

/** Short names are close to too many others: HOST to HOME, PORT to PWD. */
function isMisspelled(name: string, known: string): boolean {
  const upper = name.toUpperCase().replaceAll("-", "_");
  if (upper === known) return true;
  if (known.length < 6) return false;
  return editDistance(upper, known) <= (known.length < 9 ? 1 : 2);
}

/** How many letters have to be inserted, removed, replaced or swapped with their neighbor to make one text the other. */
export function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] as number;
}
