import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** The example of GitHub's documentation: a request, and the public key that signed it. */
export const documented = {
  body: '[{"source":"commit","token":"some_token","type":"some_type","url":"https://example.com/base-repo-url/"}]',
  identifier: "bcb53661c06b4728e59d897fb6165d5c9cda0fd9cdf9d09ead458168deb7518c",
  signature:
    "MEQCIQDaMKqrGnE27S0kgMrEK0eYBmyG0LeZismAEz/BgZyt7AIfXt9fErtRS4XaeSt/AO1RtBY66YcAdjxji410VQV4xg==",
  key: "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYAGMWO8XgCamYKMJS6jc/qgvSlAd\nAjPuDPRcXU22YxgBrz+zoN19MzuRyW87qEt9/AmtoNP5GrobzUvQSyJFVw==\n-----END PUBLIC KEY-----\n",
};

type Published = { key_identifier: string; key: string; is_current: boolean };

/**
 * A server in place of GitHub's meta endpoint, with one current key and the one of GitHub's documentation. Call it before
 * useRuntime(settings).
 */
export function useGithubKeys() {
  const settings: Record<string, string> = {};
  const published: Published[] = [
    { key_identifier: documented.identifier, key: documented.key, is_current: false },
  ];
  const state = { requests: 0, isAway: false };
  const current = addKey("current");

  function addKey(identifier: string, curve = "P-256"): KeyObject {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
    const key = publicKey.export({ type: "spki", format: "pem" }).toString();
    published.push({ key_identifier: identifier, key, is_current: true });
    return privateKey;
  }

  const server = createServer((_request, response) => {
    state.requests += 1;
    response.writeHead(state.isAway ? 403 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ public_keys: published }));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    settings.LEAK_REPORT_KEYS_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return {
    settings,
    state,
    published,
    addKey,
    /** The headers of a report with this body. */
    headersOf: (body: string, key = current, identifier = "current") => ({
      "github-public-key-identifier": identifier,
      "github-public-key-signature": sign("sha256", Buffer.from(body), key).toString("base64"),
    }),
  };
}
