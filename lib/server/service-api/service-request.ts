import type { AnswerOf, BodyOf, QueryOf } from "@/lib/contracts/http-api/operation";
import type { ServiceOperations } from "@/lib/contracts/http-api/service-operations";
import type { Runtime } from "../runtime";
import type { ServiceToken } from "../service-token";

export type ServiceOperationId = keyof ServiceOperations;

/** The argument of a service route handler. Handlers check the service token first, before reading anything else. */
export type ServiceRequest = {
  requestId: string;
  token: ServiceToken;
  request: Request;
  params: Record<string, string>;
  server: Runtime;
};

/** Handles an operation. The body was parsed with the operation's schema. */
export type ServiceRouteHandler<Id extends ServiceOperationId> = (
  request: ServiceRequest & {
    query: QueryOf<ServiceOperations[Id]>;
    body: BodyOf<ServiceOperations[Id]>;
  },
) => Promise<AnswerOf<ServiceOperations[Id]> | Created<AnswerOf<ServiceOperations[Id]>>>;

/** Answers 201 instead of 200. */
export class Created<Answer> {
  constructor(readonly answer: Answer) {}
}
