import { z } from "zod";
import { meterCost, meterName } from "./quota-input";

const key = z.string({ error: "Enter the API key to verify." }).min(1).max(512);
const address = z.union([z.ipv4(), z.ipv6()], { error: "This is not an IP address." });

/** The body of POST /api/v1/verify. */
export const verifyInput = z
  .strictObject({
    key,
    method: z
      .string()
      .regex(/^[A-Za-z]{1,16}$/, "This is not an HTTP method.")
      .transform((method) => method.toUpperCase())
      .optional(),
    path: z.string().max(8192).optional(),
    /** A declared permission, `read`, `write`, or several joined by AND and OR. */
    permission: z.string().min(1, "Name a permission.").max(1000).optional(),
    workspace_id: z.string().max(64).optional(),
    client_ip: address.optional(),
    user_agent: z.string().max(2048).optional(),
    /**
     * The meter that the request uses in addition to one unit of `requests`. For `requests` itself, `cost` replaces
     * that unit. The cost defaults to 1.
     */
    meter: meterName.optional(),
    cost: meterCost.optional(),
  })
  .refine(({ meter, cost }) => meter !== undefined || cost === undefined, {
    path: ["meter"],
    error: "Name the meter that the cost applies to.",
  });
export type VerifyInput = z.infer<typeof verifyInput>;

/** The form of POST /oauth/introspect (RFC 7662 §2.1). `token_type_hint` is accepted and ignored. */
export const introspectInput = z.object({
  token: z.string({ error: "Enter the token to introspect." }).min(1).max(512),
  client_ip: address.optional(),
});

/**
 * The body of POST /v2/keys.verifyKey, as documented at https://www.unkey.com/docs. Tags and migration ids are
 * accepted and ignored. Per-request rate limits are rejected: ignoring them would allow requests that the caller
 * wants to stop.
 */
export const verifyUnkeyInput = z.strictObject({
  key,
  permissions: z.string().max(1000).optional(),
  credits: z.strictObject({ cost: meterCost }).optional(),
  tags: z.array(z.string()).optional(),
  migrationId: z.string().optional(),
});
export type VerifyUnkeyInput = z.infer<typeof verifyUnkeyInput>;
