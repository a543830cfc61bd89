import { request as httpRequest, type IncomingHttpHeaders } from "node:http";

export type HttpAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  cookies: string[];
  body: string;
  json: never;
};
export type HttpSent = { method?: string; headers?: Record<string, string | null>; body?: unknown };

/** Sends a request with node:http, because fetch doesn't allow setting Host or Sec-Fetch-Site. Headers that are null aren't sent. */
export function sendHttp(
  port: number,
  path: string,
  { method = "GET", headers = {}, body }: HttpSent = {},
): Promise<HttpAnswer> {
  const payload = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const wanted = {
    host: `localhost:${port}`,
    ...(payload !== undefined && { "content-length": String(Buffer.byteLength(payload)) }),
    ...headers,
  };
  const sent = Object.fromEntries(
    Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, path, method, headers: sent, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const json = (text.startsWith("{") ? JSON.parse(text) : null) as never;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            cookies: response.headers["set-cookie"] ?? [],
            body: text,
            json,
          });
        });
      },
    );
    request.on("error", reject);
    request.end(payload);
  });
}

/** Behaves like a browser with one tab: keeps cookies, and sends Origin with changes. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    private port: number,
    readonly origin = `http://localhost:${port}`,
  ) {}

  async request(path: string, sent: HttpSent = {}): Promise<HttpAnswer> {
    const unsafe = (sent.method ?? "GET") !== "GET";
    const headers = {
      host: new URL(this.origin).host,
      cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") || null,
      ...(unsafe && {
        origin: this.origin,
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
      }),
      ...sent.headers,
    };
    const answer = await sendHttp(this.port, path, { ...sent, headers });
    for (const cookie of answer.cookies) this.keep(cookie);
    return answer;
  }

  post(path: string, body: unknown = {}): Promise<HttpAnswer> {
    return this.request(path, { method: "POST", body });
  }

  /** The same browser, with another instance of the server. */
  moveTo(port: number): void {
    this.port = port;
  }

  private keep(cookie: string): void {
    const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split(/=(.*)/s);
    if (value === "" || /;\s*max-age=0/i.test(cookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
