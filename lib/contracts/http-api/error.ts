import { z } from "zod";
import { type ErrorCode, type PublicErrorCode, publicErrorCodes } from "../error-codes";
import { named } from "./named-schemas";

const error = z.object({
  code: z.enum(Object.keys(publicErrorCodes) as [PublicErrorCode, ...PublicErrorCode[]]),
  message: z.string().meta({ description: "For people. It can change, so programs should use the code." }),
  request_id: z.string().meta({ description: "The value of X-Request-Id." }),
  doc_url: z.string().meta({ format: "uri", description: "A page that explains the code and what to do." }),
  fields: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: "With `invalid_request`: each wrong field and what is wrong with it." }),
});

/** The body of every error of the public HTTP interface. */
export const errorAnswer = named("Error", z.object({ error }));

/** An error on routes for Unkey's SDKs. It has the fields of our errors and those of Unkey's. */
export const unkeyErrorAnswer = named(
  "UnkeyError",
  z.object({
    meta: z.object({ requestId: z.string() }),
    error: error.extend({
      title: z.string(),
      detail: z.string(),
      status: z.int(),
      type: z.string(),
      errors: z
        .array(z.object({ location: z.string(), message: z.string() }))
        .optional()
        .meta({ description: "With status 400." }),
    }),
  }),
);

/** Adds the fields that Unkey's SDKs read to an error. */
export function unkeyErrorOf({ error }: z.infer<typeof errorAnswer>): z.infer<typeof unkeyErrorAnswer> {
  const { status } = publicErrorCodes[error.code];
  const errors = Object.entries(error.fields ?? { body: error.message }).map(([field, message]) => ({
    location: field === "body" ? field : `body.${field}`,
    message,
  }));
  return {
    meta: { requestId: error.request_id },
    error: {
      ...error,
      title: unkeyTitles[error.code] ?? error.code,
      detail: error.message,
      status,
      type: error.doc_url,
      ...(status === 400 && { errors }),
    },
  };
}

/** The titles that Unkey uses. */
const unkeyTitles: Partial<Record<PublicErrorCode, string>> = {
  invalid_request: "Bad Request",
  missing_key: "Unauthorized",
  invalid_key: "Unauthorized",
  not_found: "Not Found",
  internal_error: "Internal Server Error",
  unavailable: "Service Unavailable",
};

/** The body of every error, on public routes and those of the console. */
export type ErrorBody = {
  error: Omit<z.infer<typeof errorAnswer>["error"], "code"> & {
    code: ErrorCode;
    /** The keys to decide about. Only with `undecided_keys`. */
    keys?: { id: string; name: string }[] | undefined;
  };
};
