"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { accessLogFilterNames } from "@/lib/client/queries/access-logs";
import { memberListQuery } from "@/lib/client/queries/workspace";
import { useApiKey } from "@/lib/client/use-api-key";
import { choiceText, parseCaller, parseChoice } from "@/lib/contracts/choice";
import { callerName } from "./entry-words";
import { useAccessLogFilters } from "./use-access-log-filters";

type FilterName = (typeof accessLogFilterNames)[number];

const labels: Partial<Record<FilterName, string>> = {
  key: "Key",
  owner: "Owner",
  environment: "Environment",
  code: "Code",
  source: "Source",
  method: "Method",
  route: "Route",
  path: "Path",
  ip: "Address",
  client: "Client",
  caller: "Caller",
};
/** These have a field, which shows a single value. */
const withField: FilterName[] = ["key", "code", "ip"];
const withMoreField: FilterName[] = ["owner", "environment", "source", "method", "path", "route", "client"];

/** The filters that no field shows, each value with a button that removes it. */
export function FilterChips({
  workspaceSlug,
  withFields,
}: {
  workspaceSlug: string;
  /** Whether the fields that are needed now and then are open. */
  withFields: boolean;
}) {
  const shown = withFields ? [...withField, ...withMoreField] : withField;
  const { filters, setFilters } = useAccessLogFilters();
  const chips = accessLogFilterNames.flatMap((name) => {
    const choice = labels[name] ? parseChoice(filters[name]) : null;
    if (!choice) return [];
    if (shown.includes(name) && choice.is.length === 1 && choice.not.length === 0) return [];
    return (["is", "not"] as const).flatMap((kind) =>
      choice[kind].map((value) => ({
        ...{ name, kind, value },
        remove: () =>
          setFilters({
            [name]: choiceText({ ...choice, [kind]: choice[kind].filter((one) => one !== value) }),
          }),
      })),
    );
  });
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-2">
      {chips.map(({ name, kind, value, remove }) => (
        <li
          key={`${name} ${kind} ${value}`}
          className="inline-flex max-w-full items-center gap-1 rounded-control border bg-sunken py-0.5 pr-0.5 pl-2 text-sm"
        >
          <span className="truncate">
            {labels[name]} {kind === "is" ? "is" : "is not"}{" "}
            {name === "key" ? (
              <KeyName workspaceSlug={workspaceSlug} keyId={value} />
            ) : name === "owner" ? (
              <OwnerName workspaceSlug={workspaceSlug} userId={value} />
            ) : (
              <span className="font-mono text-xs">
                {(name === "caller" ? callerName(parseCaller(value)) : value) || "empty"}
              </span>
            )}
          </span>
          <button
            type="button"
            aria-label={`Remove ${labels[name]} ${kind === "is" ? "is" : "is not"} ${value}`}
            onClick={remove}
            className="rounded-control p-1 text-muted hover:text-text max-sm:p-2.5"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function OwnerName({ workspaceSlug, userId }: { workspaceSlug: string; userId: string }) {
  const { data } = useQuery(memberListQuery(workspaceSlug));
  return data?.members.find((member) => member.userId === userId)?.name ?? userId;
}

function KeyName({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const { data } = useApiKey(workspaceSlug, keyId);
  return data ? data.name : <span className="font-mono text-xs">{keyId}</span>;
}
