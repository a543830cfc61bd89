import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, apiRequest, setReauthenticator, setSignInAgain } from "./api-client";
import { mayHaveBeenDone } from "./may-have-been-done";
import { noteSessionUser } from "./page-account";

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("apiRequest", () => {
  it("sends a change as JSON and returns the response body", async () => {
    fetched.mockResolvedValueOnce(Response.json({ id: "1" }, { status: 201 }));
    await expect(apiRequest("/api/x", { method: "POST", body: { name: "a" } })).resolves.toEqual({ id: "1" });
    const [path, init] = fetched.mock.calls[0] ?? [];
    expect(path).toBe("/api/x");
    expect(init).toMatchObject({ method: "POST", body: '{"name":"a"}', credentials: "same-origin" });
    expect(init?.headers).toEqual({ accept: "application/json", "content-type": "application/json" });
  });

  it("throws the server's errors by field", async () => {
    fetched.mockResolvedValueOnce(refusal(400, "invalid_request", { fields: { name: "Enter a name." } }));
    await expect(apiRequest("/api/x", { method: "POST" })).rejects.toMatchObject({
      code: "invalid_request",
      status: 400,
      fields: { name: "Enter a name." },
      requestId: "req_1",
    });
  });

  it("reads Retry-After", async () => {
    fetched.mockResolvedValueOnce(refusal(429, "too_many_attempts", {}, { "retry-after": "90" }));
    await expect(apiRequest("/api/x", { method: "POST" })).rejects.toMatchObject({ retryAfterSeconds: 90 });
  });

  it("reports that the server can't be reached", async () => {
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const error = await apiRequest("/api/x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: "unreachable",
      message: "Can’t reach the server. Try again.",
    });
  });

  it("S72 reports immediately that nothing was sent while the browser is offline", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    fetched.mockRejectedValue(new TypeError("Failed to fetch"));
    await expect(apiRequest("/api/x", { method: "POST" })).rejects.toMatchObject({
      code: "offline",
      message: "You’re offline, so nothing was sent. Try again once you’re connected.",
    });
    expect(fetched).toHaveBeenCalledOnce();
  });

  it("warns that a change may have been made if its response was lost", async () => {
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const error = await apiRequest("/api/x", { method: "POST" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("may have been made"),
    });
    expect(mayHaveBeenDone(error)).toBe(true);
  });

  it("rejects a response that isn't JSON, such as a proxy's error page", async () => {
    fetched.mockImplementation(async () => new Response("<html>", { status: 502 }));
    await expect(apiRequest("/api/x")).rejects.toMatchObject({ code: "unreadable_answer", status: 502 });
  });

  it("rethrows an abort by the caller", async () => {
    const controller = new AbortController();
    fetched.mockImplementationOnce(async () => {
      controller.abort();
      throw new DOMException("aborted", "AbortError");
    });
    await expect(apiRequest("/api/x", { signal: controller.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("marks background requests", async () => {
    fetched.mockImplementation(async () => Response.json({}));
    await apiRequest("/api/x");
    await apiRequest("/api/x", { background: true });
    vi.useFakeTimers({ now: Date.now() + 31_000 });
    await apiRequest("/api/x");
    expect(
      fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get("x-keyward-background")),
    ).toEqual([null, "1", "1"]);
  });
});

describe("confirming identity", () => {
  it("asks once and repeats the request once", async () => {
    const ask = vi.fn(async () => true);
    const forget = setReauthenticator(ask);
    fetched.mockResolvedValueOnce(refusal(403, "reauthentication_required"));
    fetched.mockResolvedValueOnce(Response.json({ done: true }));
    await expect(apiRequest("/api/x", { method: "PUT", body: {} })).resolves.toEqual({ done: true });
    expect(ask).toHaveBeenCalledOnce();

    fetched.mockImplementation(async () => refusal(403, "reauthentication_required"));
    await expect(apiRequest("/api/x", { method: "PUT" })).rejects.toMatchObject({
      code: "reauthentication_required",
    });
    expect(fetched).toHaveBeenCalledTimes(4);
    forget();
  });

  it("asks once for several requests, and repeats none if the person declines", async () => {
    const ask = vi.fn(async () => false);
    const forget = setReauthenticator(ask);
    fetched.mockImplementation(async () => refusal(403, "reauthentication_required"));
    const results = await Promise.allSettled([
      apiRequest("/a", { method: "PUT" }),
      apiRequest("/b", { method: "PUT" }),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect(ask).toHaveBeenCalledOnce();
    expect(fetched).toHaveBeenCalledTimes(2);
    forget();
  });
});

describe("a session that ended", () => {
  it("is renewed once for all requests, which then continue", async () => {
    const ask = vi.fn(async () => true);
    const forget = setSignInAgain(ask);
    fetched.mockImplementationOnce(async () => refusal(401, "not_signed_in"));
    fetched.mockImplementationOnce(async () => refusal(403, "second_step_required"));
    fetched.mockImplementation(async () => Response.json({ done: true }));
    await expect(
      Promise.all([apiRequest("/api/x"), apiRequest("/api/y", { method: "PATCH", body: { name: "a" } })]),
    ).resolves.toEqual([{ done: true }, { done: true }]);
    expect(ask).toHaveBeenCalledOnce();
    expect(fetched.mock.calls.at(-1)?.[1]).toMatchObject({ method: "PATCH", body: '{"name":"a"}' });
    forget();
  });

  it("isn't asked about if another tab signed in while the request was on its way", async () => {
    const ask = vi.fn(async () => true);
    const forget = setSignInAgain(ask);
    fetched.mockImplementationOnce(async () => {
      noteSessionUser(true);
      return refusal(401, "not_signed_in");
    });
    fetched.mockResolvedValueOnce(Response.json({ done: true }));
    await expect(apiRequest("/api/x")).resolves.toEqual({ done: true });
    expect(ask).not.toHaveBeenCalled();
    forget();
  });

  it("is asked about after one repeat, however often other tabs sign in", async () => {
    const ask = vi.fn(async () => false);
    const forget = setSignInAgain(ask);
    fetched.mockImplementation(async () => {
      noteSessionUser(true);
      return refusal(401, "not_signed_in");
    });
    await expect(apiRequest("/api/x")).rejects.toMatchObject({ code: "not_signed_in" });
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(ask).toHaveBeenCalledOnce();
    forget();
  });

  it("can still ask for a confirmation afterwards", async () => {
    const forget = [setSignInAgain(async () => true), setReauthenticator(async () => true)];
    fetched.mockResolvedValueOnce(refusal(401, "not_signed_in"));
    fetched.mockResolvedValueOnce(refusal(403, "reauthentication_required"));
    fetched.mockResolvedValueOnce(Response.json({ done: true }));
    await expect(apiRequest("/api/x", { method: "PUT" })).resolves.toEqual({ done: true });
    for (const undo of forget) undo();
  });

  it("fails the request if the person declines, and never leaves the page", async () => {
    const window = { location: { assign: vi.fn(), replace: vi.fn() } };
    vi.stubGlobal("window", window);
    const ask = vi.fn(async () => false);
    const forget = setSignInAgain(ask);
    fetched.mockImplementation(async () => refusal(401, "not_signed_in"));
    await expect(apiRequest("/api/x")).rejects.toMatchObject({ code: "not_signed_in" });
    await expect(apiRequest("/api/x", { method: "PUT" })).rejects.toMatchObject({ code: "not_signed_in" });
    expect(ask.mock.calls).toEqual([
      [{ byPerson: false, secondStep: false }],
      [{ byPerson: true, secondStep: false }],
    ]);
    expect(window.location.assign).not.toHaveBeenCalled();
    expect(window.location.replace).not.toHaveBeenCalled();
    forget();
  });

  it("is an ordinary error if signing in isn't required", async () => {
    const ask = vi.fn(async () => true);
    const forget = setSignInAgain(ask);
    fetched.mockResolvedValueOnce(refusal(401, "not_signed_in"));
    await expect(apiRequest("/api/x", { signedIn: false })).rejects.toMatchObject({ code: "not_signed_in" });
    expect(ask).not.toHaveBeenCalled();
    forget();
  });
});

function refusal(
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Response {
  return Response.json(
    { error: { code, message: "No.", request_id: "req_1", doc_url: "", ...more } },
    { status, headers },
  );
}
