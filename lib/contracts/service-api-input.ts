import { z } from "zod";
import { keyNotes } from "./api-key-input";
import { displayName } from "./names";
import { serviceRoles } from "./permissions";
import {
  publicCreateApiKeyInput,
  publicListApiKeysQuery,
  publicMoveOverlapInput,
  publicRotateApiKeyInput,
  publicUpdateApiKeyInput,
} from "./public-api-key-input";
import { idCursor } from "./query-values";

/** An id that the operator's own system gives to a workspace or a member. */
export const externalId = z
  .string({ error: "Enter an id." })
  .regex(/^[!-~]{1,200}$/, "Use 1 to 200 visible ASCII characters.");

/** GET /api/v1/workspaces. */
export const listWorkspacesQuery = z.strictObject({
  external_id: externalId.optional(),
  limit: z.coerce
    .number({ error: "Enter a number." })
    .int("Enter a whole number.")
    .min(1, "At least 1.")
    .max(100, "At most 100.")
    .default(20),
  cursor: idCursor("ws").optional(),
});

/** GET /api/v1/workspaces/{workspace}/api-keys. */
export const listWorkspaceApiKeysQuery = publicListApiKeysQuery.extend({
  /** A member's id, or `ext:` and an external id. */
  owner: z.string().max(210).optional(),
});

/** PUT /api/v1/workspaces/{workspace}/members/{member}. */
export const putMemberInput = z.strictObject({
  name: displayName(100),
  /** A note. It is never verified and receives no mail. */
  email: z.email({ error: "This is not an email address." }).max(254).nullish(),
  role: z.enum(serviceRoles, { error: "Choose admin, member or viewer." }),
});

/** DELETE /api/v1/workspaces/{workspace}/members/{member}. */
export const removeMemberQuery = z
  .strictObject({
    keys: z.literal("revoke", { error: "Use revoke." }).optional(),
    transfer_to: z.string().max(210).optional(),
  })
  .refine(({ keys, transfer_to }) => (keys === undefined) !== (transfer_to === undefined), {
    path: ["keys"],
    message: "Say what becomes of the member's keys: keys=revoke or transfer_to=MEMBER.",
  });

const maximumMetadataKeys = 50;
const maximumMetadataBytes = 4096;
const text = z
  .string()
  .max(maximumMetadataBytes)
  .regex(/^[^\0]*$/, "NUL is not allowed.")
  .regex(/^\P{Cs}*$/u, "This text has a broken character.");
const metadataName = text
  .min(1, "A name can't be empty.")
  .refine((name) => name !== "__proto__", "Use another name.");
const metadataValue = z.union([text, z.number(), z.boolean()], {
  error: "Use a string, a number, true or false.",
});

/** Data of the operator's own about a key: a flat object. */
export const keyMetadata = z.record(metadataName, metadataValue).superRefine(requireSmall);
/** A JSON merge patch (RFC 7396): null removes a field. */
export const keyMetadataPatch = z.record(metadataName, metadataValue.nullable());

export function requireSmall(metadata: object, context: z.RefinementCtx): void {
  const wrong = tooLarge(metadata);
  if (wrong) context.addIssue({ code: "custom", message: wrong });
}

/** Why metadata can't be stored, or null. */
export function tooLarge(metadata: object): string | null {
  if (Object.keys(metadata).length > maximumMetadataKeys) return `At most ${maximumMetadataKeys} fields.`;
  return new TextEncoder().encode(JSON.stringify(metadata)).length > maximumMetadataBytes
    ? `At most ${maximumMetadataBytes} bytes.`
    : null;
}

/** POST /api/v1/workspaces/{workspace}/api-keys/import. */
export const importQuery = z.strictObject({
  dry_run: z.enum(["0", "1"], { error: "Use 0 or 1." }).optional(),
});

/** POST /api/v1/workspaces/{workspace}/api-keys. */
export const serviceCreateApiKeyInput = publicCreateApiKeyInput.safeExtend({
  owner: z.string().max(210).optional(),
  metadata: keyMetadata.optional(),
  notes: keyNotes.optional(),
});
export const serviceUpdateApiKeyInput = publicUpdateApiKeyInput.safeExtend({
  metadata: keyMetadataPatch.optional(),
});
export const serviceRotateApiKeyInput = publicRotateApiKeyInput.extend({
  overlap_seconds: publicRotateApiKeyInput.shape.overlap_seconds.nullable(),
});
export const serviceMoveOverlapInput = publicMoveOverlapInput.extend({
  overlap_seconds: publicMoveOverlapInput.shape.overlap_seconds.nullable(),
});
