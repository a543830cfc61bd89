// @ts-check
import { createServer } from "node:http";
import { createDocumentApi } from "./document-api.mjs";
import { withGatewayKey } from "./gateway-key.mjs";
import { readSettings } from "./settings.mjs";

const settings = readSettings(process.env);
if (typeof settings === "string") {
  console.error(settings);
  process.exit(1);
}
const api = createDocumentApi();
const server = createServer(settings.mode === "gateway" ? withGatewayKey(api) : await withSdk(api, settings));
server.listen(settings.port, settings.host, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`The document API listens on http://${settings.host}:${port}, protected by ${settings.mode}.`);
});

/**
 * Imports the SDK only in this mode: behind a gateway this service needs no package.
 * @param {import("./document-api.mjs").Handler} handler
 * @param {{ url: string, serviceToken: string }} keyward
 */
async function withSdk(handler, { url, serviceToken }) {
  const { createKeyward } = await import("@keyward/sdk");
  const { protect } = await import("@keyward/sdk/node");
  const keyward = createKeyward({ url, serviceToken });
  // There is no proxy in this mode, so the socket's address is the client's.
  return protect(keyward, handler, { clientIp: (request) => request.socket.remoteAddress });
}
