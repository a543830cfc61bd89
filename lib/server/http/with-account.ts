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

type Params = Record<string, string>;
/** What Next.js hands to a route handler beside the request. */
export type RouteContext = { params: Promise<Params | undefined> };

export type PublicRequest<Body> = { request: Request; params: Params; body: Body; origin: Origin };
export type AccountRequest<Body> = PublicRequest<Body> & { session: CurrentSession; token: string };

type Options<Body> = {
  body?: z.ZodType<Body>;
  /** The route takes the bytes of a picture instead of JSON, and reads them itself. */
  picture?: boolean;
};

/** A route of the console that asks for nobody: sign-up and sign-in. */
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
      // Ids and slugs are words. What is not one names nothing, and might be what PostgreSQL cannot even hold.
      if (!Object.values(params).every((param) => /^[\w-]{1,64}$/.test(param)))
        throw new AppError("not_found");
      const body = options.body ? await readBody(request, options.body) : (undefined as Body);
      return finish(await handle({ request, params, body, origin }), requestId);
    } catch (error) {
      return errorResponse(error, requestId, runtime());
    }
  };
}

/**
 * A route of the console for whoever is signed in. Each handler authorises for itself; nothing before it is the guard.
 * `recentAuthentication` asks that the person proved who they are lately, else 403 reauthentication_required.
 * `passive` marks what a page fetches by itself: it does not keep the session alive.
 * `secondStep` marks the few routes that a session may call which still owes its second step (S14).
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

/** The session of a request to a route that is also for visitors; null where it has ended or owes its second step. */
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
 * A page says whose it is. Tabs share one cookie: where another tab signed another person in, what is pressed or shown on a page
 * of the person before must be neither done nor answered in the new one's name.
 * @throws AppError `account_changed`
 */
export function requirePageUser(request: Request, { userId }: CurrentSession): void {
  const pageUser = request.headers.get("x-keyward-page-user");
  if (pageUser !== null && pageUser !== userId) throw new AppError("account_changed");
}

/** What every answer of the console's routes carries. They are about one person: no cache may keep them that was not told to. */
function finish(response: Response, requestId: string): Response {
  response.headers.set("x-request-id", requestId);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  return response;
}
