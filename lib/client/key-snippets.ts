export type KeySnippet = { id: "curl" | "python" | "javascript"; label: string; code: string };

/**
 * Programs that say whom the key acts for, each runnable as it stands with nothing installed. The key stands in them in
 * full: they belong to the one dialog that shows it.
 */
export function keySnippets(apiBaseUrl: string, key: string): KeySnippet[] {
  const url = `${apiBaseUrl.replace(/\/+$/, "")}/api/public/v1/me`;
  return [
    { id: "curl", label: "curl", code: `curl ${url} \\\n  -H "x-api-key: ${key}"` },
    { id: "python", label: "Python", code: pythonSnippet(url, key) },
    { id: "javascript", label: "JavaScript", code: javascriptSnippet(url, key) },
  ];
}

function pythonSnippet(url: string, key: string): string {
  return [
    "import urllib.request",
    "",
    `key = "${key}"`,
    "request = urllib.request.Request(",
    `    "${url}",`,
    '    headers={"Authorization": f"Bearer {key}"},',
    ")",
    "print(urllib.request.urlopen(request).read().decode())",
  ].join("\n");
}

function javascriptSnippet(url: string, key: string): string {
  return [
    `const key = "${key}";`,
    `fetch("${url}", {`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template belongs to the snippet.
    "  headers: { Authorization: `Bearer ${key}` },",
    "})",
    "  .then((response) => response.json())",
    "  .then(console.log);",
  ].join("\n");
}

/** What "Download .env" writes. The name goes into a comment, so a line break in it may not begin a line of its own. */
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

/** `blog-ingest.env`. A file named `.env` alone is renamed by browsers, each in its own way. */
export function environmentFileName(keyName: string): string {
  const words = keyName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${words || "api-key"}.env`;
}
