import { expect, test } from "vitest";
import { ApiError, failureMessage } from "./api-error";

test("a failure is said, and calling off to confirm who one is was none", () => {
  expect(failureMessage(null)).toBeUndefined();
  expect(failureMessage(new ApiError("reauthentication_required", "Confirm who you are."))).toBeUndefined();
  expect(failureMessage(new ApiError("unreachable", "No connection."))).toBe("No connection.");
  expect(failureMessage(new TypeError("undefined is not a function"))).toMatch(/^Something failed/);
});
