"use client";

import { clsx } from "clsx";
import { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { LinkOnHover } from "@/components/ui/link-on-hover";
import type { Role } from "@/lib/contracts/permissions";
import { type NavigationLink, navigationFor } from "./navigation";

type Place = { slug: string; name: string; role: Role; apiAccess: boolean };

export function SettingsNavigation({ workspace, onNavigate }: { workspace: Place; onNavigate?: () => void }) {
  const root = `/${workspace.slug}/settings`;
  return (
    <nav aria-label="Settings" className="grid gap-5">
      {navigationFor(workspace).map((group) => (
        <div key={group.id} className="grid gap-0.5">
          <p className="truncate px-2 pb-1 text-muted text-xs">
            {group.id === "you" ? "You" : workspace.name}
          </p>
          <ul className="grid gap-0.5">
            {group.links.map((link) => (
              <NavigationItem key={link.label} link={link} root={root} onNavigate={onNavigate} />
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function NavigationItem({
  link,
  root,
  onNavigate,
}: {
  link: NavigationLink;
  root: string;
  onNavigate: (() => void) | undefined;
}) {
  const pathname = usePathname();
  const Icon = link.icon;
  const href = root + link.path;
  const isHere = pathname === href || pathname.startsWith(`${href}/`);
  // A link with children is only their heading: a child marks the current page.
  const current = isHere && !link.children;

  return (
    <li>
      <LinkOnHover
        href={href}
        onClick={onNavigate}
        aria-current={current ? "page" : undefined}
        className={clsx(
          "relative flex h-8 items-center gap-2.5 rounded-control px-2 transition-colors duration-150 max-rail:h-11",
          Icon ? "" : "pl-8.5",
          current ? "bg-hover font-medium text-text" : "text-muted hover:bg-hover hover:text-text",
        )}
      >
        {Icon && (
          <Icon aria-hidden className={clsx("size-4 shrink-0", current ? "text-text" : "text-muted")} />
        )}
        {link.label}
        <PendingIndicator />
      </LinkOnHover>
      {link.children && link.children.length > 0 && (
        <ul className="mt-0.5 grid gap-0.5">
          {link.children.map((child) => (
            <NavigationItem key={child.label} link={child} root={root} onNavigate={onNavigate} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** Immediate feedback while the link's page loads. */
function PendingIndicator() {
  const { pending } = useLinkStatus();
  return pending ? (
    <span aria-hidden className="absolute inset-0 animate-appear rounded-control bg-hover" />
  ) : null;
}
