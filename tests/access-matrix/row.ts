import type { Stage, Visitor } from "@/tests/factories/console-people";

/** The expected status for each visitor, in the order of `visitors`: signed out, stranger, viewer, member, admin, owner. */
export type Statuses = [number, number, number, number, number, number];
export type Ids = {
  [name in
    | "keyId"
    | "passkeyId"
    | "sessionId"
    | "nextauth"
    | "userId"
    | "invitationId"
    | "domainId"
    | "subscriptionId"
    | "eventId"
    | "deliveryId"
    | "entry"]?: string;
};
export type Row = {
  method: string;
  route: string;
  answers: Statuses;
  title?: string;
  /** The query of the request. */
  search?: URLSearchParams;
  body?: (stage: Stage, visitor: Visitor) => unknown;
  headers?: Record<string, string>;
  ids?: (stage: Stage, visitor: Visitor) => Ids | Promise<Ids>;
};

export const anyone: Statuses = [200, 200, 200, 200, 200, 200];
export const signedIn: Statuses = [401, 200, 200, 200, 200, 200];
export const members: Statuses = [401, 404, 200, 200, 200, 200];
export const admins: Statuses = [401, 404, 403, 403, 200, 200];
/** For another member's resource: visitors who can't see everything get 404. */
export const adminsSee: Statuses = [401, 404, 404, 404, 200, 200];
export const ownersOnly: Statuses = [401, 404, 403, 403, 403, 200];
export const notFoundToAdmins: Statuses = [401, 404, 403, 403, 404, 404];
export const notFound: Statuses = [401, 404, 404, 404, 404, 404];

export const account = "/api/account";
export const workspace = "/api/workspaces/[workspace]";

export const rename = () => ({ name: "Renamed" });
export const unknownToken = "x".repeat(43);

let made = 0;
export const newEmail = () => `new-${made++}@example.test`;
export const newDomainName = () => `d${made++}.example`;
