import type { z } from "zod";
import { AppError } from "@/lib/contracts/app-error";
import { type Permission, roleMay } from "@/lib/contracts/permissions";
import type { MemberActor } from "../actor";
import { findSession } from "../sessions/session-store";
import { findMemberActor, type Membership } from "../workspaces/members/find-memberships";
import { ok } from "./json-response";
import { parseInput, readBody, readQuery } from "./read-body";
import { type AccountRequest, type Params, requireNames, withAccount } from "./with-account";

export type MemberRequest<Body> = AccountRequest<Body> & {
  actor: MemberActor;
  /** Whether the same request would still be answered, for answers that take long. Doesn't extend the session. */
  isStillAllowed: () => Promise<boolean>;
};

type Conditions = {
  permission: Permission;
  /** For routes of the API tab, which are rejected while API access is off. */
  apiAccess?: boolean;
};

type Options<Body> = Conditions & {
  recentAuthentication?: boolean;
  body?: z.ZodType<Body>;
  /** Instead of `apiAccess`: which requests need API access. */
  needsApiAccess?: (body: Body) => boolean;
};

/** A member in the workspace, as findMemberActor finds them. */
export type FoundMember = { actor: MemberActor; membership: Membership };

/**
 * A route under /api/workspaces/{workspace} for active members whose role has the permission. For everyone else the
 * workspace doesn't exist. A session that can't open the workspace gets 403.
 */
export function withMember<Body = undefined>(
  options: Options<Body>,
  handle: (incoming: MemberRequest<Body>) => Promise<Response>,
) {
  return withAccount({}, async (incoming) => {
    const { session, origin, request, params } = incoming;
    const found = await findMemberActor(params.workspace ?? "", session, origin);
    if (!found) throw new AppError("not_found");
    requireAllowed(found, options);
    if (options.recentAuthentication && !session.recentlyAuthenticated)
      throw new AppError("reauthentication_required");
    const body = options.body ? await readBody(request, options.body) : (undefined as Body);
    if (options.needsApiAccess?.(body)) requireAllowed(found, { ...options, apiAccess: true });
    const isStillAllowed = () => mayStill(incoming, found.actor, options).catch(() => false);
    return handle({ ...incoming, body, actor: found.actor, isStillAllowed });
  });
}

async function mayStill(
  { token, params, origin }: AccountRequest<unknown>,
  { role }: MemberActor,
  conditions: Conditions,
): Promise<boolean> {
  const session = await findSession(token, false);
  if (!session || session.needsSecondFactor) return false;
  const found = await findMemberActor(params.workspace ?? "", session, origin);
  if (!found) return false;
  requireAllowed(found, conditions);
  // Another role may see more or less.
  return found.actor.role === role;
}

/**
 * Something that members read in a workspace. Its JSON route and the page that renders it share this definition, so neither can
 * allow more than the other.
 */
export type MemberRead<Query, Answer> = Conditions & {
  /** Validates the query parameters. Without it they are ignored. */
  query?: z.ZodType<Query>;
  read(actor: MemberActor, query: Query, params: Params): Promise<Answer>;
};

/** The JSON route for a read. */
export function answerMember<Query, Answer>(read: MemberRead<Query, Answer>) {
  return withMember(read, async ({ actor, request, params }) =>
    ok(
      await read.read(
        actor,
        read.query ? readQuery(new URL(request.url), read.query) : (undefined as Query),
        params,
      ),
    ),
  );
}

/** The same read for a page. @throws AppError with the code that the route would return */
export async function readAsMember<Query, Answer>(
  found: FoundMember,
  read: MemberRead<Query, Answer>,
  query: Record<string, string | undefined> = {},
  params: Params = {},
): Promise<Answer> {
  requireAllowed(found, read);
  requireNames(params);
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value));
  return read.read(found.actor, read.query ? parseInput(given, read.query) : (undefined as Query), params);
}

function requireAllowed({ actor, membership }: FoundMember, { permission, apiAccess }: Conditions): void {
  if (membership.closedBy) throw new AppError(membership.closedBy);
  if (!roleMay(actor.role, permission)) throw new AppError("insufficient_permissions");
  if (apiAccess && !membership.workspace.apiAccess) throw new AppError("api_access_disabled");
}
