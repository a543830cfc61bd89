import type { ErrorBody } from "@/lib/contracts/http-api/error";
import { ApiError } from "./api-error";
import { noteSessionUser, readPageUser, sessionConfirmations } from "./page-account";
import { hasRecentInput } from "./recent-input";

export { ApiError, errorMessage, fieldError, wasNotConfirmed } from "./api-error";

const timeoutMs = 20_000;

export type ApiRequestOptions = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON, or as it is if it's a file. By default, a change sends `{}`. */
  body?: unknown;
  signal?: AbortSignal;
  /** The page sends this by itself, so it doesn't count as activity of the session. */
  background?: boolean;
  /** If false, a 401 is an ordinary error and doesn't ask the person to sign in. */
  signedIn?: boolean;
  /** If true, the response may belong to any signed-in person, not only to the one this page was loaded for. */
  anyone?: boolean;
};

/**
 * Sends a request to one of the console's JSON routes. Throws ApiError; an abort by the caller is rethrown.
 * If the server requires signing in again or confirming an identity, asks the person and then repeats the request. Never leaves
 * the page, which may hold unsaved input or a secret that is shown only once.
 */
export async function apiRequest<T>(path: string, options: ApiRequestOptions = {}): Promise<T> {
  const asked = new Set<Question>();
  let repeated = false;
  for (;;) {
    const before = sessionConfirmations();
    try {
      return await requestOnce<T>(path, options);
    } catch (error) {
      const question = error instanceof ApiError ? questionAfter(error, options) : null;
      if (!question || asked.has(question)) throw error;
      if (question === session && !repeated && sessionConfirmations() > before) {
        // Someone signed in, in another tab, while this request was on its way. A dialog would now wait for news that has passed.
        repeated = true;
        continue;
      }
      asked.add(question);
      const byPerson = (options.method ?? "GET") !== "GET" && !options.background;
      if (!(await question.ask({ byPerson, secondStep: isSecondStep(error) }))) throw error;
    }
  }
}

/** Whether the person caused the request, and whether only the second step is missing. */
export type Occasion = { byPerson: boolean; secondStep: boolean };
/** Resolves to false if the person declines. */
type Ask = (occasion: Occasion) => Promise<boolean>;
type Question = ReturnType<typeof createQuestion>;

const identity = createQuestion();
const session = createQuestion();

/** Registers the dialog that confirms an identity. Returns a function that unregisters it. */
export const setReauthenticator = identity.register;
/** Registers the dialog that signs in again. Returns a function that unregisters it. */
export const setSignInAgain = session.register;

function questionAfter(error: ApiError, { signedIn = true }: ApiRequestOptions): Question | null {
  if (error.code === "reauthentication_required") return identity;
  return signedIn && (error.code === "not_signed_in" || isSecondStep(error)) ? session : null;
}

function isSecondStep(error: unknown): boolean {
  return error instanceof ApiError && error.code === "second_step_required";
}

/** Asks only once if several requests need the same answer at the same time. */
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
  // Another tab may have signed in another person: the server then rejects requests from this page.
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
      const error = errorFrom(response, answer);
      if (error.code === "account_changed") noteSessionUser(false);
      throw error;
    }
    if (answer === undefined) throw unreadable(response.status);
    if (pageUser && signedIn) noteSessionUser(true);
    return answer as T;
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    if (timeout.aborted) throw timedOut(method);
    // The request was sent although the browser is offline, because a server on this computer would still respond.
    throw offline ? notSent(method) : unreachable(method);
  }
}

function errorFrom(response: Response, answer: unknown): ApiError {
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
  return new ApiError("unreadable_answer", `The server sent an unexpected response (${status}). Try again.`, {
    status,
  });
}

function notSent(method: string): ApiError {
  return new ApiError(
    "offline",
    method === "GET"
      ? "You’re offline. This will load once you’re connected again."
      : "You’re offline, so nothing was sent. Try again once you’re connected.",
  );
}

function unreachable(method: string): ApiError {
  return new ApiError(
    "unreachable",
    method === "GET"
      ? "Can’t reach the server. Try again."
      : "Can’t reach the server. The change may have been made anyway, so check before you try again.",
  );
}

function timedOut(method: string): ApiError {
  return new ApiError(
    "timed_out",
    method === "GET"
      ? "The server didn’t respond within 20 seconds. Try again."
      : "The server didn’t respond within 20 seconds. The change may have been made anyway, so check before you try again.",
  );
}
