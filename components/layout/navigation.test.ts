import { expect, it } from "vitest";
import { navigationFor } from "./navigation";

function labels(view: Parameters<typeof navigationFor>[0]) {
  return navigationFor(view).flatMap((group) =>
    group.links.flatMap((link) => [link.label, ...(link.children ?? []).map((child) => child.label)]),
  );
}

it("shows an admin everything while API access is on", () => {
  expect(labels({ role: "admin", apiAccess: true })).toEqual([
    "Profile",
    "Security",
    "Workspace",
    "Members",
    "API",
    "API keys",
    "Access logs",
    "Usage",
    "Event subscriptions",
    "Protect an API",
    "Audit log",
  ]);
});

it("hides API while API access is off", () => {
  expect(labels({ role: "owner", apiAccess: false })).toEqual([
    "Profile",
    "Security",
    "Workspace",
    "Members",
    "Audit log",
  ]);
});

it("hides the audit log from roles that can't read it", () => {
  expect(labels({ role: "member", apiAccess: true })).not.toContain("Audit log");
  expect(labels({ role: "viewer", apiAccess: true })).toContain("API keys");
});

it("hides event subscriptions from roles that can't manage them", () => {
  expect(labels({ role: "admin", apiAccess: true })).toContain("Event subscriptions");
  expect(labels({ role: "member", apiAccess: true })).not.toContain("Event subscriptions");
  expect(labels({ role: "admin", apiAccess: false })).not.toContain("Event subscriptions");
});
