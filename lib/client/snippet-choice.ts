import { type HeaderForm, headerForms, type SnippetLanguage, snippetLanguages } from "./key-snippets";

/** Which snippet a person reads: kept in the browser, so that the next key's dialog opens with it. */
export type SnippetChoice = { language: SnippetLanguage; header: HeaderForm };

const stored = "keyward.snippet";
const first: SnippetChoice = { language: "curl", header: "x-api-key" };

export function readSnippetChoice(): SnippetChoice {
  const [language, header] = (read() ?? "").split(" ");
  return {
    language: snippetLanguages.find((known) => known === language) ?? first.language,
    header:
      header !== undefined && Object.hasOwn(headerForms, header) ? (header as HeaderForm) : first.header,
  };
}

export function keepSnippetChoice({ language, header }: SnippetChoice): void {
  try {
    localStorage.setItem(stored, `${language} ${header}`);
  } catch {
    // The browser blocks storage, or it is full. The choice then counts for this dialog only.
  }
}

const clients: [RegExp, SnippetLanguage][] = [
  [/^curl\//i, "curl"],
  [/^(?:python|aiohttp|httpx|urllib3)\b/i, "python"],
  [/^(?:node|undici|axios|got|bun|deno)\b/i, "javascript"],
];

/** The language of a program, by its user agent, if that names one that there are snippets in. */
export function languageOfClient(userAgent: string | null): SnippetLanguage | null {
  return clients.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1] ?? null;
}

function read(): string | null {
  try {
    return localStorage.getItem(stored);
  } catch {
    return null;
  }
}
