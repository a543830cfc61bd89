import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";

export type Visit = {
  status: number;
  headers: IncomingHttpHeaders;
  /** Headers that came more than once are joined with commas in `headers`; here they aren't. */
  rawHeaders: string[];
  body: string;
  /** Our own address on this connection. */
  localAddress: string;
  certificate: { validTo: Date; issuer: string } | null;
};

const longestBody = 64 * 1024;

export type VisitLimits = {
  signal: AbortSignal;
  /** How long to wait for each step: the connection, and the next bytes of the answer. */
  stepMs: number;
};

/** Sends one GET request. Follows no redirect, uses no proxy, and keeps no connection. */
export function visit(
  url: string,
  { signal, stepMs }: VisitLimits,
  headers: Record<string, string> = {},
): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const sent = { "User-Agent": "keyward doctor", Accept: "*/*", ...headers };
    const request = send(url, { agent: false, signal, timeout: stepMs, headers: sent }, (response) => {
      const { socket } = response;
      const known = {
        localAddress: socket.localAddress ?? "",
        certificate: certificateOf(socket),
      };
      let body = "";
      const done = () => {
        const { statusCode: status = 0, headers, rawHeaders } = response;
        resolve({ ...known, status, headers, rawHeaders, body });
        request.destroy();
      };
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
        if (body.length > longestBody) done();
      });
      response.on("end", done);
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${stepMs / 1000} seconds`)));
    request.on("error", reject);
    request.end();
  });
}

function certificateOf(socket: unknown): Visit["certificate"] {
  if (!(socket instanceof TLSSocket)) return null;
  const { valid_to, issuer } = socket.getPeerCertificate();
  return { validTo: new Date(valid_to), issuer: [issuer?.O ?? issuer?.CN ?? "unknown"].flat().join(" ") };
}
