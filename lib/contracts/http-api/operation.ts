import type { z } from "zod";
import type { PublicErrorCode } from "../error-codes";

export const httpMethods = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** What a caller presents: an API key, the operator's service token, or nothing. */
export type Access = "key" | "service_token" | "service_token_or_basic" | "none";

/**
 * One operation of the public HTTP interface. The server mounts its routes from these rows, reads requests with their schemas,
 * and generates /openapi.json from them, so the description cannot say anything else than what is served.
 */
export type Operation = {
  method: HttpMethod;
  /** Variable segments in braces, as OpenAPI writes them. */
  path: `/${string}`;
  tag: string;
  summary: string;
  description?: string;
  access: Access;
  /** Needs a key with `can_manage_keys`. */
  managesKeys?: boolean;
  /** Whether keys with custom permissions may call it. */
  allowsCustomKeys?: boolean;
  /** What each variable segment of the path stands for. */
  pathParameters?: Record<string, string>;
  query?: z.ZodType;
  /** Request headers beside the credential. */
  headers?: Record<string, { description: string; schema: z.ZodType; required?: boolean }>;
  body?: z.ZodType;
  /** JSON unless said otherwise. */
  bodyType?: "application/json" | "application/x-www-form-urlencoded";
  /** The body names an API key on purpose; elsewhere one is refused so that it is never stored as a name. */
  bodyMayHoldKeys?: boolean;
  /** 200 unless said otherwise. */
  status?: 200 | 204;
  /** The body of a successful answer; null for an empty one. */
  answer: z.ZodType | null;
  /** Headers of a successful answer beside those that every answer has. */
  answerHeaders?: Record<string, string>;
  /** Answers that are neither the usual one nor an error; their schema is null if they have no body. */
  otherAnswers?: Record<number, { description: string; schema: z.ZodType | null }>;
  errors: readonly PublicErrorCode[];
  /** Headers of every error beside those that all errors have. */
  errorHeaders?: Record<string, string>;
  /** A parameter can ask that every denial but 401 is answered 403. */
  deniesWith403?: boolean;
  /** The body of every error, where it is not the usual one. */
  errorBody?: z.ZodType;
};

export type Operations = Record<string, Operation>;
export type QueryOf<Row extends Operation> = Row["query"] extends z.ZodType ? z.output<Row["query"]> : null;
export type BodyOf<Row extends Operation> = Row["body"] extends z.ZodType ? z.output<Row["body"]> : null;
export type AnswerOf<Row extends Operation> = Row["answer"] extends z.ZodType
  ? z.output<Row["answer"]>
  : null;
