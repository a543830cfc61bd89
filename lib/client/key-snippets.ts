export const snippetLanguages = ["curl", "python", "javascript"] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];
export type KeySnippet = { id: SnippetLanguage; label: string; code: string };

/** The header forms in which a key can be sent, with the text before the key. */
export const headerForms = {
  "x-api-key": { label: "x-api-key", header: "x-api-key", scheme: "" },
  bearer: { label: "Authorization: Bearer", header: "Authorization", scheme: "Bearer " },
  "api-key": { label: "Authorization: api-key", header: "Authorization", scheme: "api-key " },
} as const;
export type HeaderForm = keyof typeof headerForms;

/** Programs that run without installing anything. They contain the whole key, so only show them in the secret dialog. */
export function keySnippets(apiBaseUrl: string, key: string, form: HeaderForm): KeySnippet[] {
  const url = `${apiBaseUrl.replace(/\/+$/, "")}/api/public/v1/me`;
  const { header, scheme } = headerForms[form];
  return [
    { id: "curl", label: "curl", code: `curl ${url} \\\n  -H "${header}: ${scheme}${key}"` },
    { id: "python", label: "Python", code: pythonSnippet(url, key, form) },
    { id: "javascript", label: "JavaScript", code: javascriptSnippet(url, key, form) },
  ];
}

function pythonSnippet(url: string, key: string, form: HeaderForm): string {
  const { header, scheme } = headerForms[form];
  const value = scheme === "" ? "key" : `f"${scheme}{key}"`;
  return [
    "import urllib.request",
    "",
    `key = "${key}"`,
    "request = urllib.request.Request(",
    `    "${url}",`,
    `    headers={"${header}": ${value}},`,
    ")",
    "print(urllib.request.urlopen(request).read().decode())",
  ].join("\n");
}

function javascriptSnippet(url: string, key: string, form: HeaderForm): string {
  const { header, scheme } = headerForms[form];
  const name = header.includes("-") ? `"${header}"` : header;
  const value = scheme === "" ? "key" : `\`${scheme}\${key}\``;
  return [
    `const key = "${key}";`,
    `fetch("${url}", {`,
    `  headers: { ${name}: ${value} },`,
    "})",
    "  .then((response) => response.json())",
    "  .then(console.log);",
  ].join("\n");
}

/** The contents of the .env file. The name goes into a comment, so its line breaks are removed. */
export function environmentFile(productName: string, keyName: string, key: string): string {
  const variable = `${environmentVariable(productName)}_API_KEY`;
  return `# ${keyName.replace(/[\r\n]+/g, " ")}\n${variable}=${key}\n`;
}

function environmentVariable(productName: string): string {
  const words = productName
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[A-Z]/.test(words) ? words : "KEYWARD";
}

/** Such as `blog-ingest.env`. Browsers would rename a file called `.env`. */
export function environmentFileName(keyName: string): string {
  const words = keyName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${words || "api-key"}.env`;
}
