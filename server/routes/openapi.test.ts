import { expect, test } from "vitest";
import type { OpenApiDocument } from "@/lib/contracts/http-api/openapi-types";
import { httpMethods } from "@/lib/contracts/http-api/operation";
import { operations } from "@/lib/contracts/http-api/operations";
import { allowedMethods } from "@/lib/server/http/routes";
import { keyRoutes } from "@/lib/server/key-api/key-routes";
import { serviceRoutes } from "@/lib/server/service-api/service-routes";
import { processRoutes } from "@/server/process-requests";
import { useRuntime } from "@/tests/database/runtime";
import { useKeyApi } from "@/tests/processes/key-api-server";

useRuntime({
  API_BASE_URL: "https://api.acme.test",
  PRODUCT_NAME: "Acme Keys",
  METRICS_TOKEN: "a-metrics-token-of-a-test",
});
const call = useKeyApi();

async function getDocument(): Promise<OpenApiDocument> {
  return (await call("/openapi.json")).json;
}

test("the description is served without a key, and 304 to a client that has it", async () => {
  const first = await call("/openapi.json");
  expect(first.status).toBe(200);
  expect(first.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "cache-control": "public, max-age=300",
  });
  expect(first.json).toMatchObject({
    openapi: "3.1.0",
    info: { title: "Acme Keys API" },
    servers: [{ url: "https://api.acme.test" }],
  });
  const etag = first.headers.etag as string;
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const again = await call("/openapi.json", { headers: { "If-None-Match": known } });
    expect([again.status, again.body, again.headers.etag], known).toEqual([304, "", etag]);
  }
  const changed = await call("/openapi.json", { headers: { "If-None-Match": '"other"' } });
  expect([changed.status, changed.body]).toEqual([200, first.body]);
  const head = await call("/openapi.json", { method: "HEAD" });
  expect([head.status, head.body, head.headers["content-length"]]).toEqual([
    200,
    "",
    first.headers["content-length"],
  ]);
});

test("the description has exactly the routes that the process mounts", async () => {
  const { paths } = await getDocument();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const mounted = [...keyRoutes, ...serviceRoutes, ...processRoutes].flatMap(({ methods }) =>
    Object.entries(methods).map(([method, id]) => `${method} ${operations[id]?.path}`),
  );
  const gateways = httpMethods.flatMap((method) => [
    `${method} /api/forward-auth`,
    `${method} /api/forward-auth/{original_path}`,
  ]);
  expect([...mounted, ...gateways].sort()).toEqual(described.sort());
});

test("each described method works, and other methods of its path are 405 with Allow", async () => {
  const { paths } = await getDocument();
  for (const [template, methods] of Object.entries(paths)) {
    const path = template.replace(/\{\w+\}/g, "x");
    for (const method of [...httpMethods, "HEAD"]) {
      const { status, headers, json } = await call(path, { method });
      const name = `${method} ${path}`;
      const isKeyPath = keyRoutes.some((route) => route.path.test(path));
      if ((method === "HEAD" ? "get" : method.toLowerCase()) in methods)
        expect([404, 405], name).not.toContain(status);
      else if (method === "OPTIONS" && isKeyPath)
        expect([status, headers.allow], name).toEqual([204, expect.anything()]);
      else {
        expect([status, headers.allow], name).toEqual([405, expect.stringMatching(/^[A-Z]+(, [A-Z]+)*$/)]);
        if (method !== "HEAD") expect(json, name).toMatchObject({ error: { code: "method_not_allowed" } });
      }
    }
  }
});

test("every operation has a summary and a unique id that is a valid method name", async () => {
  const { paths } = await getDocument();
  const all = Object.values(paths).flatMap((methods) => Object.values(methods));
  const ids = all.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  for (const { summary } of all) expect(summary).toMatch(/^[A-Z].*[^.]$/);
  for (const route of [...keyRoutes, ...serviceRoutes, ...processRoutes])
    expect(allowedMethods(route).length).toBeGreaterThan(0);
});
