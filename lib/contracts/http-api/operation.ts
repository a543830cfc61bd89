import type { z } from "zod";
import type { PublicErrorCode } from "../error-codes";

export const httpMethods = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"] as const;
export type HttpMethod = (typeof httpMethods)[number];

/** What a caller presents: an API key, the operator's service token, or nothing. */
export type Access = "key" | "service_token" | "service_token_or_basic" | "none";

/** `mayBeEmpty`: clients can read an empty header as an absent one. */
export type HeaderDescription = string | { description: string; mayBeEmpty: true };

/**
 * One operation of the public HTTP interface. The server mounts its routes from these rows, reads requests with their schemas,
 * and generates /openapi.json from them, so the description always matches what is served.
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
  /** The description of each variable segment of the path. */
  pathParameters?: Record<string, string>;
  query?: z.ZodType;
  /** Request headers other than the credential. */
  headers?: Record<string, { description: string; schema: z.ZodType; required?: boolean }>;
  body?: z.ZodType;
  /** JSON by default. */
  bodyType?: "application/json" | "application/x-www-form-urlencoded" | "application/x-ndjson";
  /** Whether the body may contain API keys. Otherwise they are rejected, so that no secret is stored as a name. */
  bodyMayHoldKeys?: boolean;
  /** 200 by default. */
  status?: 200 | 201 | 202 | 204;
  /** The body of a successful answer; null for an empty one. */
  answer: z.ZodType | null;
  /** The types of a successful answer that is streamed, instead of `answer`. Its handler makes the whole response. */
  streams?: readonly ("text/event-stream" | "text/plain" | "text/csv" | "application/x-ndjson")[];
  /** Headers of a successful answer, in addition to those of every answer. */
  answerHeaders?: Record<string, HeaderDescription>;
  /** Other answers than the successful one and errors, by status. The schema is null if there is no body. */
  otherAnswers?: Record<number, { description: string; schema: z.ZodType | null }>;
  errors: readonly PublicErrorCode[];
  /** Headers of every error of this operation, in addition to those of all errors. */
  errorHeaders?: Record<string, string>;
  /** A parameter can turn the status of every denial except 401 into 403. */
  deniesWith403?: boolean;
  /** The body of errors, if it differs from `errorAnswer`. */
  errorBody?: z.ZodType;
};

export type Operations = Record<string, Operation>;
export type QueryOf<Row extends Operation> = Row["query"] extends z.ZodType ? z.output<Row["query"]> : null;
export type BodyOf<Row extends Operation> = Row["body"] extends z.ZodType ? z.output<Row["body"]> : null;
export type AnswerOf<Row extends Operation> = Row["streams"] extends readonly string[]
  ? Response
  : Row["answer"] extends z.ZodType
    ? z.output<Row["answer"]>
    : null;
