import type { ErrorBody } from "@/lib/contracts/http-api/error";
import { ApiError } from "./api-error";

const timeoutMs = 20_000;
/** All its words, each listed twice, still fit into a request. */
export const longestPastedText = 20_000;
const mostWords = 1000;
const longestWord = 512;

/**
 * The texts in a pasted one that may be keys: its words, and their parts between the punctuation of JSON, shells and URLs.
 */
export function wordsOf(text: string): string[] {
  const words = text.split(/\s+/);
  const parts = text.split(/[\s"'`,;:=?&<>()[\]{}]+/);
  return [...new Set([...parts, ...words])]
    .filter((word) => word !== "" && word.length <= longestWord)
    .slice(0, mostWords);
}

/**
 * Reports texts that may be leaked keys. Sent without the session, because anyone can report a key and the answer is the same.
 * @throws ApiError
 */
export async function reportLeakedKeys(credentials: string[]): Promise<void> {
  const response = await send(credentials);
  if (response.ok) return;
  const { error } = ((await response.json().catch(() => null)) ?? {}) as Partial<ErrorBody>;
  throw error
    ? new ApiError(error.code, error.message, { status: response.status, requestId: error.request_id })
    : new ApiError(
        "unreadable_answer",
        `The server sent an unexpected response (${response.status}). Try again.`,
      );
}

async function send(credentials: string[]): Promise<Response> {
  try {
    return await fetch("/credentials/revoke", {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ credentials }),
      signal: AbortSignal.timeout(timeoutMs),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch {
    throw new ApiError("unreachable", "Can’t reach the server, so the key may not be reported. Try again.");
  }
}
