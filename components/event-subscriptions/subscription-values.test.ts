import { expect, test } from "vitest";
import { ApiError } from "@/lib/client/api-error";
import { createSubscriptionInput } from "@/lib/contracts/event-subscription-input";
import { eventTypeNames } from "@/lib/contracts/event-types";
import { chooseEvery, chooseGroup, chooseType, eventTypeGroups, splitTypes } from "./event-type-groups";
import {
  checkEndpointUrl,
  checkSubscriptionValues,
  currentErrors,
  emptySubscriptionValues,
  filtersOf,
  typesOf,
  withSubscriptionErrors,
} from "./subscription-values";

const values = {
  ...emptySubscriptionValues,
  endpointUrl: "https://example.com/hooks",
  chosenTypes: ["api_key.*"],
};
const signingSecret = "a secret of the receiver";

test("the groups hold every type once", () => {
  expect(eventTypeGroups.flatMap(({ types }) => types)).toEqual(eventTypeNames);
  for (const { label } of eventTypeGroups) expect(label).toMatch(/^[A-Z]/);
});

test("a group replaces its single types, and every event replaces all", () => {
  const [keys, access] = eventTypeGroups;
  if (!keys || !access) throw new Error("no groups");
  let chosen = chooseType(["member.added"], "api_key.created", true);
  chosen = chooseType(chosen, "api_key.revoked", true);
  expect(chooseType(chosen, "api_key.created", false)).toEqual(["member.added", "api_key.revoked"]);
  chosen = chooseGroup(chosen, keys, true);
  expect(chosen).toEqual(["member.added", "api_key.*"]);
  expect(chooseGroup(chosen, access, true)).toEqual(["member.added", "api_key.*", "api_access.*"]);
  expect(chooseGroup(chosen, keys, false)).toEqual(["member.added"]);
  expect(chooseEvery(true)).toEqual(["*"]);
  expect(splitTypes(["*", "api_key.*", "quota.reached", "invoice.paid", "invoice.*"])).toEqual({
    chosen: ["*", "api_key.*", "quota.reached"],
    own: ["invoice.paid", "invoice.*"],
  });
});

test("what the form accepts, the server accepts", () => {
  const full = {
    ...values,
    ownTypes: "invoice.paid, invoice.*\nrefund.made",
    environments: "production staging",
  };
  expect(checkSubscriptionValues(full, signingSecret)).toEqual({});
  expect(typesOf(full)).toEqual(["api_key.*", "invoice.paid", "invoice.*", "refund.made"]);
  const input = {
    endpointUrl: full.endpointUrl,
    eventTypes: typesOf(full),
    signingSecret,
    filters: filtersOf(full),
  };
  expect(createSubscriptionInput.safeParse(input).success).toBe(true);
});

test("what the form refuses, the server would refuse, and the error names the entry", () => {
  const refused = [
    [{ endpointUrl: "" }, "endpointUrl"],
    [{ endpointUrl: "example.com" }, "endpointUrl"],
    [{ endpointUrl: "http://example.com" }, "endpointUrl"],
    [{ endpointUrl: "https://ada:secret@example.com" }, "endpointUrl"],
    [{ chosenTypes: [] as string[] }, "eventTypes"],
    [{ ownTypes: "invoice.paid, api_key.renamed" }, "ownTypes"],
    [{ ownTypes: "Invoice" }, "ownTypes"],
    [{ environments: "Production" }, "environments"],
  ] as const;
  for (const [change, field] of refused) {
    const wrong = { ...values, ...change };
    expect(Object.keys(checkSubscriptionValues(wrong, signingSecret)), JSON.stringify(change)).toEqual([
      field,
    ]);
    const input = {
      endpointUrl: wrong.endpointUrl,
      eventTypes: typesOf(wrong),
      signingSecret,
      filters: filtersOf(wrong),
    };
    expect(createSubscriptionInput.safeParse(input).success, JSON.stringify(change)).toBe(false);
  }
  expect(checkSubscriptionValues(values, "short")).toEqual({ signingSecret: "Use at least 16 characters." });
  expect(checkSubscriptionValues({ ...values, ownTypes: "a.b, no!" }).ownTypes).toContain("“no!”");
  expect(checkEndpointUrl(" https://example.com ")).toBeUndefined();
});

test("an error goes away with a change of its field", () => {
  const errors = { endpointUrl: "Not public.", signingSecret: "Too short." };
  const checked = { values, secret: "short" };
  expect(currentErrors(errors, checked, checked)).toEqual(errors);
  const other = { values: { ...values, endpointUrl: "https://example.org" }, secret: "short" };
  expect(currentErrors(errors, checked, other)).toEqual({ signingSecret: "Too short." });
  expect(currentErrors(errors, checked, { values, secret: "longer" })).toEqual({
    endpointUrl: "Not public.",
  });
});

test("errors of the server are shown at the fields of the form", async () => {
  const fields = {
    "eventTypes.3": "No.",
    "filters.keyIds": "Too many.",
    "filters.environments.0": "Bad.",
    endpointUrl: "Private.",
  };
  const refused = withSubscriptionErrors(
    Promise.reject(new ApiError("invalid_request", "No.", { status: 400, fields })),
  );
  await expect(refused).rejects.toMatchObject({
    fields: { eventTypes: "No.", keys: "Too many.", environments: "Bad.", endpointUrl: "Private." },
  });
});
