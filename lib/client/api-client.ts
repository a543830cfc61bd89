import type { ErrorBody } from "@/lib/contracts/http-api/error";
import { ApiError } from "./api-error";
import { noteSessionUser, readPageUser } from "./page-account";
import { hasRecentInput } from "./recent-input";

export { ApiError, errorMessage, fieldError, wasNotConfirmed } from "./api-error";

const timeoutMs = 20_000;

export type ApiRequestOptions = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON, a file as it is. A change without one sends `{}`. */
  body?: unknown;
  signal?: AbortSignal;
  /** The page asks by itself, so the person's session does not count as used. */
  background?: boolean;
  /** False where nobody needs to be signed in: a 401 is then an answer like any other. */
  signedIn?: boolean;
  /** True where the answer is to be of whoever is signed in, and not only of the person whose page this is. */
  anyone?: boolean;
};

/**
 * Asks one of the console's JSON routes. Throws ApiError; an abort by the caller throws as it is.
 * If the server first wants the person to sign in again or to confirm who they are, they are asked in place, and the request is
 * repeated. Nothing here leaves the page: it may hold a form that is being filled in, or a secret that is shown only once.
 */
export async function apiRequest<T>(path: string, options: ApiRequestOptions = {}): Promise<T> {
  const asked = new Set<Question>();
  for (;;) {
    try {
      return await requestOnce<T>(path, options);
    } catch (error) {
      const question = error instanceof ApiError ? questionAfter(error, options) : null;
      if (!question || asked.has(question)) throw error;
      asked.add(question);
      const byPerson = (options.method ?? "GET") !== "GET" && !options.background;
      if (!(await question.ask({ byPerson, secondStep: isSecondStep(error) }))) throw error;
    }
  }
}

/** What led to the question: whether the person did something, and whether only the second step is missing. */
export type Occasion = { byPerson: boolean; secondStep: boolean };
/** Asks the person; false when they would rather not. */
type Ask = (occasion: Occasion) => Promise<boolean>;
type Question = ReturnType<typeof createQuestion>;

const identity = createQuestion();
const session = createQuestion();

/** Registers who asks the person to confirm who they are; returns how to take it back. */
export const setReauthenticator = identity.register;
/** Registers who asks the person to sign in again; returns how to take it back. */
export const setSignInAgain = session.register;

function questionAfter(error: ApiError, { signedIn = true }: ApiRequestOptions): Question | null {
  if (error.code === "reauthentication_required") return identity;
  return signedIn && (error.code === "not_signed_in" || isSecondStep(error)) ? session : null;
}

function isSecondStep(error: unknown): boolean {
  return error instanceof ApiError && error.code === "second_step_required";
}

/** Several requests may need the same answer at once: the person is asked once. */
function createQuestion() {
  let registered: Ask | null = null;
  let answer: Promise<boolean> | null = null;
  return {
    register(ask: Ask): () => void {
      registered = ask;
      return () => {
        if (registered === ask) registered = null;
      };
    },
    ask(occasion: Occasion): Promise<boolean> {
      if (!registered) return Promise.resolve(false);
      answer ??= registered(occasion).finally(() => {
        answer = null;
      });
      return answer;
    },
  };
}

async function requestOnce<T>(
  path: string,
  { method = "GET", body, signal, background, signedIn = true, anyone = false }: ApiRequestOptions,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const offline = navigator.onLine === false;
  const headers: Record<string, string> = { accept: "application/json" };
  const file = body instanceof Blob ? body : null;
  if (file) headers["content-type"] = file.type || "application/octet-stream";
  else if (method !== "GET") headers["content-type"] = "application/json";
  else if (background || !hasRecentInput()) headers["x-keyward-background"] = "1";
  const pageUser = anyone ? null : readPageUser();
  // Another tab may have signed another person in: the server refuses what this page asks in their name.
  if (pageUser) headers["x-keyward-page-user"] = pageUser;

  try {
    const response = await fetch(path, {
      method,
      headers,
      body: method === "GET" ? undefined : (file ?? JSON.stringify(body ?? {})),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      credentials: "same-origin",
      cache: "no-store",
    });
    const answer: unknown = await response.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    });
    if (!response.ok) {
      const error = refused(response, answer);
      if (error.code === "account_changed") noteSessionUser(false);
      throw error;
    }
    if (answer === undefined) throw unreadable(response.status);
    if (pageUser && signedIn) noteSessionUser(true);
    return answer as T;
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    if (timeout.aborted) throw timedOut(method);
    // Sent all the same: a console on this computer answers without a network.
    throw offline ? notSent(method) : unreachable(method);
  }
}

function refused(response: Response, answer: unknown): ApiError {
  const error = (answer as Partial<ErrorBody> | undefined)?.error;
  if (!error?.code) return unreadable(response.status);
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  return new ApiError(error.code, error.message, {
    status: response.status,
    fields: error.fields,
    requestId: error.request_id,
    retryAfterSeconds: Number.isNaN(retryAfter) ? null : retryAfter,
  });
}

function unreadable(status: number): ApiError {
  return new ApiError(
    "unreadable_answer",
    `Keyward answered in a way this page does not understand (${status}). Try again.`,
    {
      status,
    },
  );
}

function notSent(method: string): ApiError {
  return new ApiError(
    "offline",
    method === "GET"
      ? "You’re offline. This is loaded once you’re connected again."
      : "You’re offline, so nothing was sent. Try again once you’re connected.",
  );
}

function unreachable(method: string): ApiError {
  return new ApiError(
    "unreachable",
    method === "GET"
      ? "Keyward can’t be reached. Try again."
      : "Keyward can’t be reached. If the connection was lost on the way, it may have been done all the same: check before you try again.",
  );
}

function timedOut(method: string): ApiError {
  return new ApiError(
    "timed_out",
    method === "GET"
      ? "Keyward did not answer within 20 seconds. Try again."
      : "Keyward did not answer within 20 seconds. It may have been done all the same: check before you try again.",
  );
}
