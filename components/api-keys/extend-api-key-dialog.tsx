"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { formatIn } from "@/components/ui/format-in";
import { useTimeZone } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
import { useUpdateApiKey } from "@/lib/client/change-api-key";
import { useKeyPolicy } from "@/lib/client/use-key-policy";
import { type ApiKey, maximumExpirationDays } from "@/lib/contracts/api-keys";
import { extensionChoices, extensionInput, isExtendable, latestExpiry } from "./extension";
import { dayOf } from "./key-expiration";

const dayMs = 86_400_000;

/** Lets a key expire later, within the workspace's key policy. */
export function ExtendApiKeyDialog({
  workspaceSlug,
  apiKey,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const zone = useTimeZone();
  const [now] = useState(() => new Date());
  const [chosen, setChosen] = useState<string | null>(null);
  const [day, setDay] = useState("");
  // If the policy can't be loaded, the server still enforces it.
  const { data: policy = {}, isPending } = useKeyPolicy(workspaceSlug);
  const update = useUpdateApiKey(workspaceSlug);
  const form = useSubmit((input: object) => update.mutateAsync({ keyId: apiKey.id, ...input }), {
    doing: `Extending ${apiKey.name}`,
    fields: ["expirationDays", "expiresAt"],
    onSuccess: ({ name }) => toast.success(`${name} expires later now.`),
    onDone: onClose,
  });
  const latest = latestExpiry(apiKey, policy);
  const possible = isExtendable(apiKey, policy, now);
  const choices = extensionChoices(apiKey, policy, now);
  const choice = chosen ?? (choices.find(({ value }) => value === "90") ?? choices[0])?.value ?? "custom";
  const wrong = form.wrong.expirationDays ?? form.wrong.expiresAt;
  const current = apiKey.expiresAt && formatIn(zone, dateOptions).format(new Date(apiKey.expiresAt));

  function extend() {
    const input = extensionInput(choice, day, latest, zone);
    if (input) void form.submit(input);
    else form.refuse({ expiresAt: "Choose the key’s last day." });
  }

  return (
    <FormDialog
      form={form}
      onSubmit={extend}
      onClose={onClose}
      title={`Extend ${apiKey.name}`}
      description={`It ${apiKey.status === "expired" ? "expired" : "expires"} on ${current}.`}
      action={possible ? "Extend key" : null}
      pendingLabel="Extending…"
      disabled={isPending}
    >
      {possible ? (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field
            label="Expiration"
            error={choice === "custom" ? undefined : wrong}
            hint={
              latest &&
              `This workspace’s key policy allows ${formatIn(zone, dateOptions).format(latest)} at the latest.`
            }
          >
            <Select value={choice} onValueChange={setChosen} options={choices} />
          </Field>
          {choice === "custom" && (
            <Field label="Last day" error={wrong}>
              <TextInput
                type="date"
                value={day}
                min={dayOf(now, zone)}
                max={dayOf(latest ?? new Date(now.getTime() + (maximumExpirationDays - 1) * dayMs), zone)}
                onChange={(event) => setDay(event.target.value)}
              />
            </Field>
          )}
        </div>
      ) : (
        <p>
          The key already lives as long as this workspace’s key policy allows. Rotate it to replace it with a
          new one.
        </p>
      )}
    </FormDialog>
  );
}

const dateOptions: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
