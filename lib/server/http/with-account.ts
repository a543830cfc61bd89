import type { z } from "zod";
import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { runtime } from "../runtime";
import { type CurrentSession, findSession } from "../sessions/session-store";
import { errorResponse } from "./error-response";
import { readBody } from "./read-body";
import { requestOrigin } from "./request-origin";
import { requireSameOrigin } from "./same-origin";
import { readSessionToken } from "./session-cookie";

export type Params = Record<string, string>;
/** The second argument of a Next.js route handler. */
export type RouteContext = { params: Promise<Params | undefined> };

export type PublicRequest<Body> = { request: Request; params: Params; body: Body; origin: Origin };
export type AccountRequest<Body> = PublicRequest<Body> & { session: CurrentSession; token: string };

type Options<Body> = {
  body?: z.ZodType<Body>;
  /** The route reads a picture from the body instead of JSON. */
  picture?: boolean;
};

/** A console route that needs no session, such as sign-up. */
export function publicRoute<Body = undefined>(
  options: Options<Body>,
  handle: (incoming: PublicRequest<Body>) => Promise<Response>,
) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    const origin = requestOrigin(request.headers);
    const requestId = origin.requestId as string;
    try {
      requireSameOrigin(request, runtime().env, options.picture ? "picture" : "json");
      const params = (await context.params) ?? {};
      requireNames(params);
      const body = options.body ? await readBody(request, options.body) : (undefined as Body);
      return finish(await handle({ request, params, body, origin }), requestId);
    } catch (error) {
      return errorResponse(error, requestId, runtime());
    }
  };
}

/**
 * A console route that needs a session. Handlers check authorization themselves. `recentAuthentication` requires a
 * recent confirmation of identity, otherwise 403 reauthentication_required. `passive` marks background requests that
 * don't extend the session. `secondStep` marks the few routes that a session can call before it has completed its
 * second factor (S14).
 */
export function withAccount<Body = undefined>(
  options: Options<Body> & { recentAuthentication?: boolean; secondStep?: boolean; passive?: boolean },
  handle: (incoming: AccountRequest<Body>) => Promise<Response>,
) {
  return publicRoute<Body>({ picture: options.picture ?? false }, async (incoming) => {
    const { session, token } = await requireSession(incoming.request, options.passive ?? false);
    if (session.needsSecondFactor && !options.secondStep) throw new AppError("second_step_required");
    if (options.recentAuthentication && !session.recentlyAuthenticated)
      throw new AppError("reauthentication_required");
    const body = options.body ? await readBody(incoming.request, options.body) : (undefined as Body);
    return handle({ ...incoming, body, session, token });
  });
}

/**
 * The session of a request, or null. For routes that also work without one. A session that hasn't completed its
 * second factor counts as none.
 */
export async function findSignedIn(request: Request): Promise<CurrentSession | null> {
  const token = readSessionToken(request.headers.get("cookie"));
  const session = token ? await findSession(token, true) : null;
  return session?.needsSecondFactor ? null : session;
}

/** @throws AppError `not_signed_in` */
async function requireSession(
  request: Request,
  passive: boolean,
): Promise<{ session: CurrentSession; token: string }> {
  const token = readSessionToken(request.headers.get("cookie"));
  const session = token
    ? await findSession(token, !passive && request.headers.get("x-keyward-background") === null)
    : null;
  if (!token || !session) throw new AppError("not_signed_in");
  requirePageUser(request, session);
  return { session, token };
}

/**
 * Pages send the id of their user. Tabs share one cookie: after another account signs in, a page of the previous
 * account must not act or show data as the new one.
 * @throws AppError `account_changed`
 */
export function requirePageUser(request: Request, { userId }: CurrentSession): void {
  const pageUser = request.headers.get("x-keyward-page-user");
  if (pageUser !== null && pageUser !== userId) throw new AppError("account_changed");
}

/**
 * Ids and slugs consist of word characters. Anything else doesn't exist, and PostgreSQL might not even be able to store it.
 * @throws AppError `not_found`
 */
export function requireNames(params: Params): void {
  if (!Object.values(params).every((param) => /^[\w-]{1,64}$/.test(param))) throw new AppError("not_found");
}

/** Headers of every console response. Responses are personal, so they aren't cached unless the route says so. */
function finish(response: Response, requestId: string): Response {
  response.headers.set("x-request-id", requestId);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  return response;
}
