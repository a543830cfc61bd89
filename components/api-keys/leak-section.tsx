"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-error";
import { useCreatedKeys, useSettleLeak } from "@/lib/client/created-keys";
import type { Viewer } from "@/lib/client/key-rights";
import { seesOthersKeys } from "@/lib/client/may-change-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { LeakDecision } from "@/lib/contracts/leaks";
import { KeyHint } from "./key-hint";
import { keyAccessLogHref, keyHref } from "./key-links";

const decisionOptions: { value: LeakDecision; label: string }[] = [
  { value: "keep", label: "Keep disabled" },
  { value: "enable", label: "Enable" },
  { value: "revoke", label: "Revoke" },
];

type Props = { workspaceSlug: string; viewer: Viewer; apiKey: ApiKey };

/** What to do about a leaked key, until an admin says that it's dealt with. */
export function LeakSection({ workspaceSlug, viewer, apiKey }: Props) {
  const { exposedAt, exposedUrl } = apiKey;
  return (
    <Section
      title="This key leaked"
      description={
        <>
          Someone found it and reported it{exposedAt && " "}
          {exposedAt && <RelativeTime at={exposedAt} />}, so it was revoked. Create a new key for the programs
          that used it, and look in{" "}
          <Link
            href={keyAccessLogHref(workspaceSlug, apiKey.id)}
            className="text-accent underline underline-offset-2"
          >
            its access log
          </Link>{" "}
          for requests that aren’t yours.
          {exposedUrl && (
            <>
              {" "}
              It was found at{" "}
              <a
                href={exposedUrl}
                rel="noreferrer noopener nofollow"
                target="_blank"
                className="wrap-anywhere text-accent underline underline-offset-2"
              >
                {exposedUrl}
              </a>
              .
            </>
          )}
        </>
      }
    >
      {seesOthersKeys(viewer) ? (
        <Decisions workspaceSlug={workspaceSlug} apiKey={apiKey} />
      ) : (
        <p>Keys that it made are disabled until an admin decides about them.</p>
      )}
    </Section>
  );
}

function Decisions({ workspaceSlug, apiKey }: Omit<Props, "viewer">) {
  const router = useRouter();
  const created = useCreatedKeys(workspaceSlug, apiKey.id);
  const settle = useSettleLeak(workspaceSlug, apiKey.id);
  const [decisions, setDecisions] = useState<Record<string, LeakDecision>>({});
  const [others, setOthers] = useState<LeakDecision>("keep");
  const undecided = created.data?.keys.filter((key) => key.disabledByAdmin && key.status !== "revoked") ?? [];
  const notListed = (created.data?.undecided ?? 0) - undecided.length;
  const count = undecided.length + notListed;
  const chosen = new Set([
    ...undecided.map(({ id }) => decisions[id] ?? "keep"),
    ...(notListed > 0 ? [others] : []),
  ]);
  const [common = null] = chosen.size === 1 ? chosen : [];
  function decideAll(decision: LeakDecision) {
    setDecisions(Object.fromEntries(undecided.map(({ id }) => [id, decision])));
    setOthers(decision);
  }
  const decidedTo = (decision: LeakDecision) =>
    undecided.map(({ id }) => id).filter((id) => (decisions[id] ?? "keep") === decision);
  const { submit, pending, failure } = useSubmit(
    () =>
      settle.mutateAsync({
        enable: decidedTo("enable"),
        revoke: decidedTo("revoke"),
        keep: decidedTo("keep"),
        others,
      }),
    {
      doing: `Dealing with the leak of ${apiKey.name}`,
      onSuccess: () => {
        toast.success(`The leak of ${apiKey.name} is dealt with.`);
        // The server renders the banner about leaks.
        router.refresh();
      },
    },
  );

  if (created.isError && !created.data)
    return <Alert title="Couldn’t load the keys that it made">{errorMessage(created.error)}</Alert>;
  if (!created.data) return <Skeleton className="h-9" />;
  return (
    <div className="grid justify-items-start gap-4">
      {failure && <Alert title="Couldn’t save what you decided">{failure}</Alert>}
      <p>{undecidedSentence(count)}</p>
      {undecided.length > 0 && (
        <ul className="grid w-full gap-3">
          {count > 1 && (
            <DecisionRow label="Decision about all" value={common} onChange={decideAll} disabled={pending}>
              <span className="font-medium">All {count.toLocaleString("en-US")} keys</span>
            </DecisionRow>
          )}
          {undecided.map((key) => (
            <DecisionRow
              key={key.id}
              label={`Decision about ${key.name}`}
              value={decisions[key.id] ?? "keep"}
              onChange={(decision) => setDecisions({ ...decisions, [key.id]: decision })}
              disabled={pending}
            >
              <Link href={keyHref(workspaceSlug, key.id)} className="font-medium hover:underline">
                {key.name}
              </Link>{" "}
              <KeyHint prefix={key.prefix} suffix={key.suffix} />
            </DecisionRow>
          ))}
          {notListed > 0 && (
            <DecisionRow
              label="Decision about the others"
              value={others}
              onChange={setOthers}
              disabled={pending}
            >
              <span className="font-medium">{othersSentence(notListed)}</span>
            </DecisionRow>
          )}
        </ul>
      )}
      <Button variant="primary" pending={pending} pendingLabel="Saving…" onClick={() => void submit()}>
        Mark as dealt with
      </Button>
    </div>
  );
}

function DecisionRow({
  label,
  value,
  onChange,
  disabled,
  children,
}: {
  label: string;
  /** Null if they are decided differently. */
  value: LeakDecision | null;
  onChange: (decision: LeakDecision) => void;
  disabled: boolean;
  children: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <span className="min-w-0 wrap-anywhere">{children}</span>
      <div className="w-full sm:w-44">
        <Select<LeakDecision | "">
          aria-label={label}
          value={value ?? ""}
          placeholder="Different"
          onValueChange={(decision) => decision !== "" && onChange(decision)}
          options={decisionOptions}
          disabled={disabled}
        />
      </div>
    </li>
  );
}

function othersSentence(count: number): string {
  return count === 1 ? "The other key" : `The other ${count.toLocaleString("en-US")} keys`;
}

function undecidedSentence(count: number): string {
  if (count === 0) return "No key that it made is disabled.";
  const keys =
    count === 1 ? "1 key that it made is" : `${count.toLocaleString("en-US")} keys that it made are`;
  return `${keys} disabled. Someone who had the leaked key may have created ${count === 1 ? "it" : "them"}.`;
}
