import { z } from "zod";
import { meterCost, meterName } from "./quota-input";

const key = z.string({ error: "Give the API key to decide about." }).min(1).max(512);
const address = z.union([z.ipv4(), z.ipv6()], { error: "This is not an IP address." });

/** The body of POST /api/v1/verify (docs/http-api.md, 5.3). */
export const verifyInput = z
  .strictObject({
    key,
    method: z
      .string()
      .regex(/^[A-Za-z]{1,16}$/, "This is not an HTTP method.")
      .transform((method) => method.toUpperCase())
      .optional(),
    path: z.string().max(8192).optional(),
    permission: z.enum(["read", "write"]).optional(),
    workspace_id: z.string().max(64).optional(),
    client_ip: address.optional(),
    user_agent: z.string().max(2048).optional(),
    /** What the request uses beside one of `requests`; of `requests` itself, how many instead. One of it where no cost is given. */
    meter: meterName.optional(),
    cost: meterCost.optional(),
  })
  .refine(({ meter, cost }) => meter !== undefined || cost === undefined, {
    path: ["meter"],
    error: "Name the meter that the cost is of.",
  });
export type VerifyInput = z.infer<typeof verifyInput>;

/** The form of POST /oauth/introspect (RFC 7662 §2.1). A `token_type_hint` is allowed and has nothing to tell. */
export const introspectInput = z.object({
  token: z.string({ error: "Give the token to look at." }).min(1).max(512),
  client_ip: address.optional(),
});

/**
 * The body of POST /v2/keys.verifyKey: Unkey's contract, as https://www.unkey.com/docs publishes it. Tags and migration ids
 * are Unkey's own bookkeeping and are not looked at. Limits of the caller's own are refused: to ignore them would let pass what
 * the caller means to stop.
 */
export const verifyUnkeyInput = z.strictObject({
  key,
  permissions: z.string().max(1000).optional(),
  credits: z.strictObject({ cost: meterCost }).optional(),
  tags: z.array(z.string()).optional(),
  migrationId: z.string().optional(),
});
export type VerifyUnkeyInput = z.infer<typeof verifyUnkeyInput>;
