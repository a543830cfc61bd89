import type { AnswerOf, BodyOf } from "@/lib/contracts/http-api/operation";
import type { ServiceOperations } from "@/lib/contracts/http-api/service-operations";
import type { Runtime } from "../runtime";

export type ServiceOperationId = keyof ServiceOperations;

/** The argument of a service route handler. Handlers check the service token first, before reading anything else. */
export type ServiceRequest = {
  requestId: string;
  params: Record<string, string>;
  server: Runtime;
};

/** Handles an operation. The body was parsed with the operation's schema. */
export type ServiceRouteHandler<Id extends ServiceOperationId> = (
  request: ServiceRequest & { body: BodyOf<ServiceOperations[Id]> },
) => Promise<AnswerOf<ServiceOperations[Id]>>;
