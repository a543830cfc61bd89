export type KeySnippet = { id: "curl" | "python" | "javascript"; label: string; code: string };

/** Programs that run without installing anything. They contain the whole key, so only show them in the secret dialog. */
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
