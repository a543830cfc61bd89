import { expect, it } from "vitest";
import { pathWithoutSecret } from "./path-without-secret";

const shapes = [{ prefix: "kw_sk_", length: 44 }];

it("S71 reduces a key in a page URL to its hint", () => {
  const secret = `kw_sk_9f3A${"bC1d".repeat(8)}xZ`.slice(0, 44);
  const path = `/acme/settings/api/keys?status=active&q=${secret}`;
  expect(new URLSearchParams(pathWithoutSecret(path, shapes).split("?")[1]).get("q")).toBe(
    `kw_sk_9f3A…${secret.slice(-4)}`,
  );
});

it("leaves every other URL exactly as it is", () => {
  for (const path of ["/acme/settings", "/acme/settings/api/keys?q=a%20b&status=", "/a?x=%zz"])
    expect(pathWithoutSecret(path, shapes)).toBe(path);
});
