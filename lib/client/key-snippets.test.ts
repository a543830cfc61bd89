import { describe, expect, it } from "vitest";
import { environmentFile, environmentFileName, keySnippets } from "./key-snippets";

const key = "kw_sk_9f3A0000000000000000000000000000x1Zq";

describe("keySnippets", () => {
  it("puts the key and the address of /me into each program", () => {
    for (const snippet of keySnippets("http://localhost:3000", key, "bearer")) {
      expect(snippet.code).toContain(key);
      expect(snippet.code).toContain("http://localhost:3000/api/public/v1/me");
    }
  });

  it.each([
    ["x-api-key", `x-api-key: ${key}`, '{"x-api-key": key}', '{ "x-api-key": key }'],
    [
      "bearer",
      `Authorization: Bearer ${key}`,
      '{"Authorization": f"Bearer {key}"}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the template belongs to the snippet.
      "{ Authorization: `Bearer ${key}` }",
    ],
    [
      "api-key",
      `Authorization: api-key ${key}`,
      '{"Authorization": f"api-key {key}"}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the template belongs to the snippet.
      "{ Authorization: `api-key ${key}` }",
    ],
  ] as const)("sends the key as %s in each language", (form, ...headers) => {
    const codes = keySnippets("http://localhost:3000", key, form).map(({ code }) => code);
    for (const [at, header] of headers.entries()) expect(codes[at]).toContain(header);
  });

  it("doesn't double the slash of a base URL that ends in one", () => {
    expect(keySnippets("https://keys.example.com/", key, "bearer")[0]?.code).toContain(
      "https://keys.example.com/api/public",
    );
  });
});

describe("environmentFile", () => {
  it("names the variable after the product", () => {
    expect(environmentFile("Keyward", "blog ingest", key)).toBe(`# blog ingest\nKEYWARD_API_KEY=${key}\n`);
    expect(environmentFile("Acme API", "x", key)).toContain("ACME_API_API_KEY=");
    expect(environmentFile("鍵", "x", key)).toContain("KEYWARD_API_KEY=");
  });

  it("keeps a name with a line break inside its comment", () => {
    expect(environmentFile("Keyward", "a\nPATH=/tmp", key).split("\n")).toHaveLength(3);
  });
});

it("names the file after the key", () => {
  expect(environmentFileName("Blog ingest (2)")).toBe("blog-ingest-2.env");
  expect(environmentFileName("鍵")).toBe("api-key.env");
});
