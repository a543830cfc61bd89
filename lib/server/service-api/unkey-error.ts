import type { z } from "zod";
import { type errorAnswer, unkeyErrorOf } from "@/lib/contracts/http-api/error";

/**
 * An error answer of ours that Unkey's clients read as well. Their SDKs check it against a schema, and throw "response
 * validation failed" where a field of it is missing.
 */
export async function asUnkeyError(answer: Response): Promise<Response> {
  const body = (await answer.json()) as z.infer<typeof errorAnswer>;
  return new Response(JSON.stringify(unkeyErrorOf(body)), { status: answer.status, headers: answer.headers });
}
