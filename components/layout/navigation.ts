import {
  Building2,
  KeyRound,
  type LucideIcon,
  ScrollText,
  ShieldCheck,
  UserRound,
  UsersRound,
} from "lucide-react";
import { type Permission, type Role, roleMay } from "@/lib/contracts/permissions";

export type NavigationLink = {
  label: string;
  /** Below `/{workspace}/settings`. */
  path: string;
  icon?: LucideIcon;
  /** The link is hidden without it. */
  permission?: Permission;
  needsApiAccess?: boolean;
  children?: readonly NavigationLink[];
};

type NavigationGroup = { id: "you" | "workspace"; links: readonly NavigationLink[] };

const groups: readonly NavigationGroup[] = [
  {
    id: "you",
    links: [
      { label: "Profile", path: "/profile", icon: UserRound },
      { label: "Security", path: "/security", icon: ShieldCheck },
    ],
  },
  {
    id: "workspace",
    links: [
      { label: "Workspace", path: "/workspace", icon: Building2, permission: "workspace.read" },
      { label: "Members", path: "/members", icon: UsersRound, permission: "member.list" },
      {
        label: "API",
        path: "/api/keys",
        icon: KeyRound,
        needsApiAccess: true,
        children: [
          { label: "API keys", path: "/api/keys", permission: "api_key.read_own" },
          { label: "Access logs", path: "/api/access-logs", permission: "access_log.read_own" },
          { label: "Usage", path: "/api/usage", permission: "access_log.read_own" },
          {
            label: "Event subscriptions",
            path: "/api/event-subscriptions",
            permission: "event_subscription.manage",
          },
          { label: "Protect an API", path: "/api/protect", permission: "api_key.read_own" },
        ],
      },
      { label: "Audit log", path: "/audit-log", icon: ScrollText, permission: "audit_log.read" },
    ],
  },
];

export function navigationFor({ role, apiAccess }: { role: Role; apiAccess: boolean }): NavigationGroup[] {
  const visible = (link: NavigationLink) =>
    (link.permission === undefined || roleMay(role, link.permission)) && (apiAccess || !link.needsApiAccess);
  return groups.map((group) => ({
    ...group,
    links: group.links
      .filter(visible)
      .map((link) => (link.children ? { ...link, children: link.children.filter(visible) } : link)),
  }));
}
