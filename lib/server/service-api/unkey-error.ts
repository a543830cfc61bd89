import type { z } from "zod";
import { type errorAnswer, unkeyErrorOf } from "@/lib/contracts/http-api/error";

/**
 * Adds Unkey's error fields to our error body, so that both kinds of clients can read it. Unkey's SDKs throw
 * "response validation failed" if a field of their schema is missing.
 */
export async function asUnkeyError(answer: Response): Promise<Response> {
  const body = (await answer.json()) as z.infer<typeof errorAnswer>;
  return new Response(JSON.stringify(unkeyErrorOf(body)), { status: answer.status, headers: answer.headers });
}
