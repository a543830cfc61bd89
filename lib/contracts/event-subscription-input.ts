import { z } from "zod";
import { environmentName } from "./api-key-input";
import { deliveryStatuses } from "./deliveries";
import { eventTypePattern, isReservedType, isSubscribable } from "./event-types";
import { filterText, idCursor, time } from "./query-values";

/** Whether it can be one at all. Where its name leads is checked on the server, for each connection. */
export const endpointUrl = z
  .string({ error: "Enter a URL." })
  .max(2000, "Use at most 2,000 characters.")
  .refine((value) => URL.parse(value)?.protocol === "https:", "Enter a URL that begins with https://.")
  .refine(
    (value) => !URL.parse(value)?.username && !URL.parse(value)?.password,
    "Remove the user name and password.",
  )
  .transform((value) => {
    const url = new URL(value);
    url.hash = "";
    return url.href;
  });

/** The HMAC key is exactly these bytes. */
export const signingSecret = z
  .string({ error: "Enter a signing secret." })
  .min(16, "Use at least 16 characters.")
  .max(256, "Use at most 256 characters.")
  .regex(/^[\x20-\x7e]*$/, "Use printable ASCII characters only.");

const subscribed = z
  .array(
    z.string().refine(isSubscribable, {
      error:
        "This isn’t an event type. Use a name such as api_key.revoked, or a beginning such as api_key.*.",
    }),
    { error: "Choose at least one event type." },
  )
  .min(1, "Choose at least one event type.")
  .max(50, "Use at most 50 event types.")
  .transform((types) => [...new Set(types)]);

export const eventFilters = z.strictObject({
  keyIds: z.array(filterText(60)).max(100, "Use at most 100 keys.").optional(),
  environments: z.array(environmentName).max(20, "Use at most 20 environments.").optional(),
});
export type EventFilters = z.infer<typeof eventFilters>;

export const createSubscriptionInput = z.strictObject({
  endpointUrl,
  eventTypes: subscribed,
  signingSecret,
  filters: eventFilters.optional(),
});
export type CreateSubscriptionInput = z.infer<typeof createSubscriptionInput>;

/** An endpoint to send a test event to before it's saved. */
export const testEndpointInput = z.strictObject({ endpointUrl, signingSecret });
export type TestEndpointInput = z.infer<typeof testEndpointInput>;

/** How long the previous secret keeps signing by default. */
export const defaultSecretOverlapSeconds = 86_400;

export const updateSubscriptionInput = z
  .strictObject({
    endpointUrl: endpointUrl.optional(),
    eventTypes: subscribed.optional(),
    signingSecret: signingSecret.optional(),
    previousSecretExpiresIn: z
      .int("Enter whole seconds.")
      .min(0, "At least 0.")
      .max(30 * 86_400, "At most 30 days.")
      .optional(),
    filters: eventFilters.optional(),
    status: z.enum(["active", "paused"], { error: "Use active or paused." }).optional(),
    /** When it becomes active again: whether to send what was missed. */
    sendMissed: z.boolean().optional(),
  })
  .refine((input) => input.previousSecretExpiresIn === undefined || input.signingSecret !== undefined, {
    path: ["previousSecretExpiresIn"],
    message: "Send it only with a new signingSecret.",
  });
export type UpdateSubscriptionInput = z.infer<typeof updateSubscriptionInput>;

export const deliveryListQuery = z.strictObject({
  status: z.enum(deliveryStatuses, { error: `Use one of ${deliveryStatuses.join(", ")}.` }).optional(),
  type: filterText(100).optional(),
  from: time.optional(),
  to: time.optional(),
  limit: z.coerce
    .number({ error: "Enter a number." })
    .int("Enter a whole number.")
    .min(1, "At least 1.")
    .max(100, "At most 100.")
    .default(50),
  cursor: idCursor("dlv").optional(),
});
export type DeliveryListQuery = z.infer<typeof deliveryListQuery>;

export const eventListQuery = deliveryListQuery
  .omit({ status: true })
  .extend({ cursor: idCursor("evt").optional() });
export type EventListQuery = z.infer<typeof eventListQuery>;

export const replayInput = z
  .strictObject({
    from: time,
    to: time,
    dryRun: z.boolean().optional().meta({ description: "Only count the events." }),
  })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "Enter a time after from." });
export type ReplayInput = z.infer<typeof replayInput>;

const deepestData = 32;

/** Whether a value has at most so many levels of objects and lists. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1));
}

/** POST /api/v1/events: an event of the operator's own. */
export const sendEventInput = z.strictObject({
  workspace_id: z.string().meta({ description: "The id of the workspace, or `ext:` and your own id of it." }),
  type: z
    .string()
    .max(100, "Use at most 100 characters.")
    .regex(eventTypePattern, "Use lowercase words with dots between them, such as invoice.paid.")
    .refine((type) => !isReservedType(type), "This beginning is reserved for Keyward’s own events."),
  data: z
    .record(z.string(), z.unknown())
    .refine((data) => isWithin(data, deepestData), `Use at most ${deepestData} levels.`),
  idempotency_key: z.string().regex(/^[\x21-\x7e]{1,255}$/, "Use 1 to 255 printable ASCII characters."),
});
