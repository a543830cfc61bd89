"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { useTimeZone } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { clockTime, fromClockTime } from "@/components/ui/zoned-time";
import { errorMessage } from "@/lib/client/api-client";
import { countReplay, type ReplayRange, useReplay } from "@/lib/client/change-deliveries";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { ReplayProgress } from "./replay-progress";
import { isReplayable, presetRange, type ReplayPreset, replayPresets, replayText } from "./replay-range";

type Props = { workspaceSlug: string; subscription: EventSubscription; onClose: () => void };

/** Asks for a time, says how many events it would send, sends them, and then shows how far it is. */
export function ReplayDialog(props: Props) {
  const [started, setStarted] = useState<number | null>(null);
  return started === null ? (
    <ReplayForm {...props} onStarted={setStarted} />
  ) : (
    <ReplayProgress {...props} total={started} />
  );
}

function ReplayForm({
  workspaceSlug,
  subscription: { id, endpointUrl },
  onStarted,
  onClose,
}: Props & { onStarted: (count: number) => void }) {
  const range = useRange();
  const count = useQuery({
    queryKey: ["workspaces", workspaceSlug, "replay-count", id, range.value],
    queryFn: ({ signal }) => countReplay(workspaceSlug, id, range.value as ReplayRange, signal),
    enabled: range.value !== null,
  });
  const replay = useReplay(workspaceSlug, id);
  const form = useSubmit((input: ReplayRange) => replay.mutateAsync(input), {
    doing: `Replaying events to ${endpointUrl}`,
    fields: ["from", "to"],
    onDone: (result) => onStarted(result.count),
  });
  const found = range.value === null ? undefined : count.data?.count;

  return (
    <FormDialog
      form={form}
      onSubmit={() => range.value && void form.submit(range.value)}
      onClose={onClose}
      title="Replay"
      description="Sends past events again, including those that were delivered."
      action="Replay"
      pendingLabel="Starting…"
      disabled={!isReplayable(found)}
      failureTitle={mayHaveBeenDone(form.error) ? "The replay may have started" : "The replay wasn’t started"}
    >
      <Field label="Time range">
        <Select
          value={range.preset}
          onValueChange={range.choose}
          options={replayPresets}
          className="w-full"
        />
      </Field>
      {range.preset === "custom" && (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field label="From" error={form.wrong.from}>
            <TextInput
              type="datetime-local"
              value={range.from}
              onChange={(event) => range.setFrom(event.target.value)}
            />
          </Field>
          <Field label="To" error={form.wrong.to ?? range.wrong}>
            <TextInput
              type="datetime-local"
              value={range.to}
              onChange={(event) => range.setTo(event.target.value)}
            />
          </Field>
        </div>
      )}
      {count.isError && range.value ? (
        <Alert title="Couldn’t count the events">
          <p>{errorMessage(count.error)}</p>
          <Button
            size="small"
            onClick={() => void count.refetch()}
            pending={count.isFetching}
            className="mt-2"
          >
            Retry
          </Button>
        </Alert>
      ) : (
        <div className="grid gap-1">
          <p role="status" className="min-h-5 font-medium">
            {found !== undefined ? replayText(found) : range.value ? "Counting…" : ""}
          </p>
          <p className="text-muted">
            Your endpoint can tell by the event id that it already has an event. New events during the replay
            are sent after these.
          </p>
        </div>
      )}
    </FormDialog>
  );
}

function useRange() {
  const zone = useTimeZone();
  const [now, setNow] = useState(() => Date.now());
  const [preset, setPreset] = useState<ReplayPreset>("24");
  const [from, setFrom] = useState(() => clockTime(new Date(now - 24 * 3_600_000), zone).slice(0, 16));
  const [to, setTo] = useState(() => clockTime(new Date(now), zone).slice(0, 16));
  const ends = [fromClockTime(from, zone), fromClockTime(to, zone)] as const;
  const isReversed = ends[0] !== null && ends[1] !== null && ends[0] >= ends[1];
  const custom =
    ends[0] && ends[1] && !isReversed ? { from: ends[0].toISOString(), to: ends[1].toISOString() } : null;
  return {
    preset,
    choose(chosen: ReplayPreset) {
      setPreset(chosen);
      setNow(Date.now());
    },
    from,
    setFrom,
    to,
    setTo,
    wrong: isReversed ? "Choose a time after From." : undefined,
    value: preset === "custom" ? custom : presetRange(preset, now),
  };
}
