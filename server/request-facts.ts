import type { IncomingMessage } from "node:http";
import { clientAddress } from "@/lib/server/client-address";
import { headerOf } from "@/lib/server/decisions/raw-headers";
import type { Env } from "@/lib/server/env";
import { newId } from "@/lib/server/new-id";
import type { RequestHead } from "./plain-request";

/** What every way in needs to know of a request. */
export type RequestFacts = {
  /** The path without its query, as it was sent. */
  path: string;
  clientIp: string;
  /** The client's own X-Request-Id where it is well-formed, else a new one. A label, never an identity. */
  requestId: string;
  userAgent: string | null;
};

const ownRequestId = /^[A-Za-z0-9_-]{1,64}$/;

export function factsOf({ url, rawHeaders, socketAddress }: RequestHead, env: Env): RequestFacts {
  const query = url.indexOf("?");
  const given = headerOf(rawHeaders, "x-request-id");
  return {
    path: query === -1 ? url : url.slice(0, query),
    clientIp: clientAddress(socketAddress, headerOf(rawHeaders, "x-forwarded-for"), env.trustedProxies),
    requestId: given !== undefined && ownRequestId.test(given) ? given : newId("req"),
    userAgent: headerOf(rawHeaders, "user-agent") ?? null,
  };
}

/** The head of a request that node:http has read. */
export function headOfRequest({ method = "", url = "/", rawHeaders, socket }: IncomingMessage): RequestHead {
  return { method, url, rawHeaders, socketAddress: socket.remoteAddress };
}
