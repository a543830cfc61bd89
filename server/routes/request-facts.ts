import type { IncomingMessage } from "node:http";
import { clientAddress } from "@/lib/engine/request/client-address";
import { type RequestHead, readHead } from "@/lib/engine/request/request-head";
import { newId } from "@/lib/server/new-id";
import type { Runtime } from "@/lib/server/runtime";
import type { RawRequest } from "../fast-lane/plain-request";

/** What every kind of route needs to know about a request. */
export type RequestFacts = {
  /** The path without its query, as it was sent. */
  path: string;
  clientIp: string;
  /** The client's X-Request-Id if it is well-formed and contains no API key, else a new one. Don't rely on it as an identity. */
  requestId: string;
  userAgent: string | null;
  head: RequestHead;
  /** The key that was decided about, for the log. Null until then. */
  keyId: string | null;
};

const ownRequestId = /^[A-Za-z0-9_-]{1,64}$/;

export function factsOf(
  { url, rawHeaders, socketAddress }: RawRequest,
  { env, engine }: Pick<Runtime, "env" | "engine">,
): RequestFacts {
  const query = url.indexOf("?");
  const head = readHead(rawHeaders);
  const given = head.requestId;
  return {
    path: query === -1 ? url : url.slice(0, query),
    clientIp: clientAddress(socketAddress, head.forwardedFor, env.trustedProxies),
    requestId:
      given !== undefined && ownRequestId.test(given) && !engine.keyFormats.holdsKey(given)
        ? given
        : newId("req"),
    userAgent: head.userAgent ?? null,
    head,
    keyId: null,
  };
}

/** Converts a request of node:http. */
export function rawRequest({ method = "", url = "/", rawHeaders, socket }: IncomingMessage): RawRequest {
  return { method, url, rawHeaders, socketAddress: socket.remoteAddress };
}
