import type { KeyOperations } from "@/lib/contracts/http-api/key-operations";
import type { AnswerOf, BodyOf, QueryOf } from "@/lib/contracts/http-api/operation";
import type { RateLimit } from "@/lib/engine/decide";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import type { KeyActor } from "../actor";

export type KeyOperationId = keyof KeyOperations;

/** The argument of a route handler, after the decision allowed the request. */
export type KeyRequest = {
  request: Request;
  url: URL;
  /** The variable part of the path, such as the key id. */
  params: Record<string, string>;
  actor: KeyActor;
  key: KeyRecord;
  rateLimit: RateLimit;
  /** Whether the same request would still be allowed, for answers that take long. Costs no use of the key. */
  isStillAllowed: () => Promise<boolean>;
};

/** Handles an operation. The query and the body were parsed with the operation's schemas. */
export type KeyRouteHandler<Id extends KeyOperationId> = (
  request: KeyRequest & { query: QueryOf<KeyOperations[Id]>; body: BodyOf<KeyOperations[Id]> },
) => Promise<AnswerOf<KeyOperations[Id]>>;
