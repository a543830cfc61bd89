import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { protectRecipeIds, protectRecipes, type RecipeSources } from "@/lib/contracts/protect-recipes";
import { readRecipeSources } from "@/lib/server/read-recipe-sources";
import { type Address, parseAddress, parseAddresses } from "./parse-address";
import { canKeepToWorkspace, renderRecipe } from "./render-recipe";

const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), "keyward-recipes-"));
// As in a project of ES modules.
writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module" }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let sources: RecipeSources;
beforeAll(async () => {
  sources = await readRecipeSources(path.resolve(import.meta.dirname, "../../.."));
});

const address = (text: string) => parseAddress(text) as Address;
const plain = {
  keyward: [address("http://localhost:3100")] as [Address],
  api: address("http://10.1.2.3:4000"),
  workspaceId: null,
  browsers: false,
};
const secure = {
  keyward: [address("https://keys.acme.test")] as [Address],
  api: address("https://documents.acme.test:8443"),
  workspaceId: "ws_1",
  browsers: true,
};

describe.each(protectRecipeIds)("%s", (recipe) => {
  const { kind } = protectRecipes[recipe];

  test.each([plain, secure])("speaks of these addresses, and of none that it is shipped with", (settings) => {
    const text = renderRecipe(recipe, sources, settings)
      .map((file) => file.text)
      .join("\n");
    expect(text).not.toMatch(
      /127\.0\.0\.1:(3000|8080)|port_value: (3000|8080)|three addresses|process\.env\.KEYWARD_URL/,
    );
    const {
      keyward: [keyward],
      api,
    } = settings;
    const asked = kind === "gateway" ? keyward.host.replace("localhost", "127.0.0.1") : keyward.host;
    expect(text).toContain(asked);
    if (kind === "gateway") expect(text).toContain(api.host);
    if (kind === "sdk" && recipe !== "next") expect(text).toContain(String(api.port));
  });

  test("contains the workspace only if it's supported and requested", () => {
    const rendered = (workspaceId: string | null) =>
      renderRecipe(recipe, sources, { ...plain, workspaceId })
        .map((file) => file.text)
        .join("\n");
    expect(rendered("ws_0marker").split("ws_0marker").length - 1).toBe(canKeepToWorkspace(recipe) ? 1 : 0);
    expect(rendered(null)).not.toContain("ws_0marker");
  });

  test("fails if a shipped file has changed", () => {
    const changed = Object.fromEntries(
      Object.entries(sources).map(([source, text]) => [
        source,
        text.replaceAll(/127\.0\.0\.1|process\.env\.KEYWARD_URL/g, "elsewhere"),
      ]),
    );
    expect(() => renderRecipe(recipe, changed, plain)).toThrow(/to be replaced/);
  });

  if (kind === "sdk")
    test.each([plain, secure])("is a module that Node.js can read", async (settings) => {
      for (const { name, text } of renderRecipe(recipe, sources, { ...settings, workspaceId: "ws_1" })) {
        writeFileSync(path.join(folder, name), text);
        await run(process.execPath, ["--check", path.join(folder, name)]);
      }
    });
});

test("each gateway verifies the name in an https certificate", () => {
  const text = (recipe: "nginx" | "caddy" | "haproxy" | "traefik" | "envoy") =>
    renderRecipe(recipe, sources, secure)
      .map((file) => file.text)
      .join("\n");
  const nginx = text("nginx");
  expect(nginx.match(/proxy_ssl_verify on;/g)).toHaveLength(4);
  expect(nginx.match(/proxy_ssl_name keys\.acme\.test;/g)).toHaveLength(3);
  expect(nginx.match(/proxy_ssl_name documents\.acme\.test;/g)).toHaveLength(1);
  expect(nginx).not.toContain("proxy_pass http://");
  expect(text("caddy").match(/header_up Host \{upstream_hostport\}/g)).toHaveLength(4);
  expect(text("haproxy").match(/ssl verify required/g)).toHaveLength(3);
  expect(text("haproxy")).toContain('"http://keyward/api/forward-auth?workspace=ws_1"');
  expect(text("traefik").match(/passHostHeader: false/g)).toHaveLength(2);
  expect(text("envoy").match(/match_typed_subject_alt_names/g)).toHaveLength(2);
  expect(text("envoy")).not.toContain("type: STATIC");
});

const gateways = protectRecipeIds.filter((recipe) => protectRecipes[recipe].kind === "gateway");

test.each(gateways)(
  "%s hands preflights to Keyward where web pages call the API, and only there",
  (recipe) => {
    const rendered = (browsers: boolean) =>
      renderRecipe(recipe, sources, { ...plain, browsers })
        .map((file) => file.text)
        .join("\n");
    expect(rendered(true)).toContain("/api/preflight");
    expect(rendered(false)).not.toMatch(/preflight/i);
    for (const text of [rendered(true), rendered(false)])
      expect(text).not.toMatch(/Browsers end|instances end/);
  },
);

test.each(gateways)("%s asks every instance", (recipe) => {
  const instances = ["http://10.0.0.1:3000", "http://10.0.0.2:3000", "http://10.0.0.3:3001"].map(address);
  const [main] = renderRecipe(recipe, sources, { ...plain, keyward: instances as [Address] });
  for (const { host, port } of instances)
    expect(main?.text).toMatch(new RegExp(`${host.replaceAll(".", "\\.")}"?(:|, port_value: )${port}\\b`));
  const [alone] = renderRecipe(recipe, sources, { ...plain, keyward: instances.slice(0, 1) as [Address] });
  expect(alone?.text).not.toMatch(/10\.0\.0\.2|next-instance|:8001/);
});

test.each(gateways)("%s looks which of several instances stop, and leaves a single one alone", (recipe) => {
  const rendered = (...instances: string[]) =>
    renderRecipe(recipe, sources, {
      ...plain,
      keyward: instances.map((instance) => address(`http://${instance}`)) as [Address],
    })
      .map((file) => file.text)
      .join("\n");
  const several = rendered("10.0.0.1:3000", "10.0.0.2:3000");
  expect(several).toContain("/api/ready?checks=none");
  expect(several).not.toMatch(/\/api\/ready(?!\?checks=none)|Leave this part out/);
  const alone = rendered("10.0.0.1:3000");
  // Envoy keeps asking an instance even if every health check fails.
  if (recipe !== "envoy") expect(alone).not.toMatch(/api\/ready|keyward_(instance|any)|keyward-any| check$/m);
});

test("the curl example sends a valid request to /api/v1/verify", async () => {
  const seen: { url: string; token: string | undefined; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ url: request.url ?? "", token: request.headers.authorization, body: JSON.parse(body) });
    response.end('{"valid":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const keyward = address(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [file] = renderRecipe("curl", sources, { ...plain, keyward: [keyward], workspaceId: "ws_1" });
  writeFileSync(path.join(folder, "verify.sh"), file?.text ?? "");
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "test" as const,
    SERVICE_TOKEN: "token",
    API_KEY: "kw_sk_x",
  };
  const { stdout } = await run("sh", [path.join(folder, "verify.sh")], { env });
  server.close();
  expect(stdout).toBe('{"valid":true}');
  const body = {
    key: "kw_sk_x",
    method: "GET",
    path: "/v1/files",
    client_ip: "127.0.0.1",
    workspace_id: "ws_1",
  };
  expect(seen).toEqual([{ url: "/api/v1/verify", token: "Bearer token", body }]);
});

test.each([
  "",
  "documents",
  "127.0.0.1:4000",
  "ftp://127.0.0.1",
  "http://",
  "http://user:secret@host",
  "http://host/v1",
  "http://host?x",
  "http://host:99999",
  "http://a;b",
  "http://a{b}",
  "http://a\nb",
  "http://$host",
  "https://127.0.0.1",
  "https://[::1]:443",
])("%j is no address", (text) => {
  expect(parseAddress(text)).toBeTypeOf("string");
});

test("parses several addresses", () => {
  const origins = (text: string) => {
    const read = parseAddresses(text);
    return typeof read === "string" ? read : read.map(({ origin }) => origin);
  };
  expect(origins("https://keys.acme.test")).toEqual(["https://keys.acme.test"]);
  const two = ["http://10.0.0.1:3000", "http://10.0.0.2:3000"];
  for (const between of [", ", ",", " ", "\n"]) expect(origins(two.join(between))).toEqual(two);
  expect(origins("")).toContain("http://");
  expect(origins("http://a, b")).toContain("Start with");
  expect(origins("http://a, https://b")).toContain("one name");
  expect(origins("http://a, http://A:80/")).toContain("only once");
});

test("an address consists of a scheme, a host and a port", () => {
  expect(parseAddress(" http://LOCALHOST:4000/ ")).toEqual({
    origin: "http://localhost:4000",
    host: "localhost",
    port: 4000,
    tls: false,
  });
  expect(parseAddress("https://api.acme.test")).toMatchObject({ port: 443, tls: true });
  expect(parseAddress("http://[::1]")).toMatchObject({ host: "[::1]", port: 80 });
});
