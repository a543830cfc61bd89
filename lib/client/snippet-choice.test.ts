import { afterEach, expect, it, vi } from "vitest";
import { keepSnippetChoice, languageOfClient, readSnippetChoice } from "./snippet-choice";

const first = { language: "curl", header: "x-api-key" };

function storage(): void {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
}

afterEach(() => vi.unstubAllGlobals());

it("starts with curl and x-api-key, and remembers what was chosen", () => {
  storage();
  expect(readSnippetChoice()).toEqual(first);
  keepSnippetChoice({ language: "python", header: "bearer" });
  expect(readSnippetChoice()).toEqual({ language: "python", header: "bearer" });
});

it("ignores what another version or a person wrote into the storage", () => {
  storage();
  for (const text of ["", "cobol bearer", "python toString", "{}"]) {
    localStorage.setItem("keyward.snippet", text);
    expect(["curl", "python"]).toContain(readSnippetChoice().language);
    expect(["bearer", "x-api-key"]).toContain(readSnippetChoice().header);
  }
});

it("works where the browser blocks storage", () => {
  const blocked = () => {
    throw new Error("blocked");
  };
  vi.stubGlobal("localStorage", { getItem: blocked, setItem: blocked });
  keepSnippetChoice({ language: "python", header: "bearer" });
  expect(readSnippetChoice()).toEqual(first);
});

it("knows the language of common HTTP clients", () => {
  const languages = {
    "curl/8.5.0": "curl",
    "python-requests/2.32.3": "python",
    "Python-urllib/3.12": "python",
    "python-httpx/0.27": "python",
    node: "javascript",
    "axios/1.7": "javascript",
    "nodeless/1": null,
    "Go-http-client/2.0": null,
    "Mozilla/5.0 (X11; Linux x86_64) curl/8": null,
  };
  for (const [client, language] of Object.entries(languages))
    expect(languageOfClient(client), client).toBe(language);
  expect(languageOfClient(null)).toBeNull();
});
