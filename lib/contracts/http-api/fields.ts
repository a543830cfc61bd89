import { z } from "zod";
import { named } from "./named-schemas";

/** A moment in an answer: RFC 3339 in UTC with milliseconds. */
export const timestamp = z.iso.datetime({ precision: 3 });

export const workspaceId = z.string().regex(/^ws_[0-9a-z]+$/);
export const userId = z.string().regex(/^usr_[0-9a-z]+$/);
export const keyId = z.string().regex(/^key_[0-9a-z]+$/);

export const keyMetadataAnswer = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .meta({ description: "Data of your own about the key." });

export const rateLimitAnswer = named(
  "RateLimit",
  z.object({
    limit: z.int().min(1).meta({ description: "Requests per window." }),
    window_seconds: z.int().min(1),
    remaining: z.int().min(0),
    reset_at: timestamp.meta({ description: "When the full limit is available again." }),
  }),
);
export type RateLimitAnswer = z.infer<typeof rateLimitAnswer>;
