import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { Agent, request } from "undici";
import { cleanText } from "@/lib/engine/log/clean-text";
import type { OtlpSetting } from "../env-otlp";
import { parseRetryAfter } from "../events/retry-delay";
import { startLimit } from "../request-limit";
import { type Resource, requestAround } from "./log-records";

/** What became of a request, by the rules of OTLP/HTTP. */
export type OtlpAnswer =
  | { result: "accepted"; rejected: number; message: string }
  /** The receiver is away or busy: the same data may be sent again. */
  | { result: "retry"; error: string; afterMs: number | null }
  /** It will never take this data. */
  | { result: "refused"; error: string; status: number };

const retryable = new Set([429, 502, 503, 504]);
const longestAnswerBytes = 64 * 1024;
const longestMessage = 200;
const compress = promisify(gzip);

/** Sends log records to the receiver of OTEL_EXPORTER_OTLP_ENDPOINT. */
export class OtlpClient {
  private readonly agent: Agent;

  constructor(
    private readonly setting: OtlpSetting,
    private readonly version: string,
  ) {
    const { timeoutMs } = setting;
    this.agent = new Agent({
      connections: 4,
      pipelining: 1,
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxHeaderSize: 16 * 1024,
      // So that a name that has moved is followed.
      clientTtl: 60_000,
    });
  }

  /**
   * Sends one request. Never throws.
   * @param records LogRecords in OTLP's JSON, separated by commas.
   * @param instance Attributes of the resource beside those of the settings.
   */
  async send(records: string, instance: Resource, abort?: AbortSignal): Promise<OtlpAnswer> {
    const { url, headers, timeoutMs, resource, gzip } = this.setting;
    const [before, after] = requestAround(
      { "service.version": this.version, ...instance, ...resource },
      this.version,
    );
    const limit = startLimit(timeoutMs, abort);
    try {
      const text = before + records + after;
      const body = gzip ? await compress(text, { level: constants.Z_BEST_SPEED }) : text;
      const answered = request(url, {
        method: "POST",
        body,
        dispatcher: this.agent,
        signal: limit.signal,
        headers: {
          "user-agent": `Keyward/${this.version}`,
          ...lowerCased(headers),
          "content-type": "application/json",
          ...(gzip && { "content-encoding": "gzip" }),
        },
      });
      const response = await Promise.race([answered, limit.reached]);
      const { statusCode: status } = response;
      const answer = await Promise.race([readAnswer(response.body), limit.reached]);
      if (status >= 200 && status < 300) return { result: "accepted", ...partialSuccess(answer) };
      const error = `it answered ${status}`;
      if (!retryable.has(status)) return { result: "refused", error, status };
      const retryAfter = response.headers["retry-after"];
      const afterMs = parseRetryAfter(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
      return { result: "retry", error, afterMs };
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      const reason = limit.signal.aborted
        ? `no answer within ${timeoutMs} ms`
        : `no answer (${code ?? name})`;
      return { result: "retry", error: reason, afterMs: null };
    } finally {
      limit.end();
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Null if it is longer than an answer has to be. */
async function readAnswer(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > longestAnswerBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** How many records the receiver didn't take, and why. An answer that isn't JSON counts as success. */
function partialSuccess(answer: string | null): { rejected: number; message: string } {
  try {
    const { rejectedLogRecords = 0, errorMessage = "" } = JSON.parse(answer ?? "").partialSuccess ?? {};
    const rejected = Number(rejectedLogRecords);
    return {
      rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
      message: cleanText(String(errorMessage), longestMessage) ?? "",
    };
  } catch {
    return { rejected: 0, message: "" };
  }
}
