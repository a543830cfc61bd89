import { describe, expect, it } from "vitest";
import {
  checkCreateApiKeyValues,
  createApiKeyErrorsOf,
  createApiKeyInputOf,
  emptyCreateApiKeyValues,
} from "./create-api-key-values";

const values = (changes: Partial<typeof emptyCreateApiKeyValues>) => ({
  ...emptyCreateApiKeyValues,
  name: "blog ingest",
  ...changes,
});

describe("createApiKeyInputOf", () => {
  it("sends only the values that were chosen", () => {
    expect(createApiKeyInputOf(values({ name: " blog ingest " }), null)).toEqual({
      name: "blog ingest",
      permissionLevel: "read_only",
      environment: "production",
      expiresInDays: 90,
    });
  });

  it("reads addresses from lines or commas, and the limit as a number", () => {
    const input = createApiKeyInputOf(
      values({
        allowedIps: "203.0.113.0/24\n\n 2001:db8::1, 198.51.100.4 ",
        rateLimitPerMinute: " 60 ",
        canManageKeys: true,
      }),
      null,
    );
    expect(input.allowedIps).toEqual(["203.0.113.0/24", "2001:db8::1", "198.51.100.4"]);
    expect(input.rateLimitPerMinute).toBe(60);
    expect(input.canManageKeys).toBe(true);
  });
});

describe("checkCreateApiKeyValues", () => {
  it("requires only a name", () => {
    expect(checkCreateApiKeyValues(values({}))).toEqual({});
  });

  it("requires addresses where the key policy does", () => {
    const policy = { requireAllowedIps: true };
    expect(Object.keys(checkCreateApiKeyValues(values({}), policy))).toEqual(["allowedIps"]);
    expect(checkCreateApiKeyValues(values({ allowedIps: "203.0.113.7" }), policy)).toEqual({});
  });

  it("reports missing and malformed values", () => {
    const errors = checkCreateApiKeyValues(
      values({ name: "  ", expiration: "custom", environment: "", rateLimitPerMinute: "many" }),
    );
    expect(Object.keys(errors)).toEqual(["name", "customDay", "environment", "rateLimitPerMinute"]);
  });
});

describe("createApiKeyErrorsOf", () => {
  it("maps the server's errors to the form's fields", () => {
    const fields = {
      name: "Enter a name.",
      expiresInDays: "At most 3650 days.",
      "allowedIps.1": "Not an address.",
    };
    expect(createApiKeyErrorsOf(fields, values({ allowedIps: "203.0.113.7\nnowhere" }))).toEqual({
      name: "Enter a name.",
      expiration: "At most 3650 days.",
      allowedIps: "nowhere: Not an address.",
    });
    expect(createApiKeyErrorsOf({ expiresAt: "In the past." }, values({ expiration: "custom" }))).toEqual({
      customDay: "In the past.",
    });
  });
});
