"use client";

import { useRef, useState, useSyncExternalStore } from "react";
import { Alert } from "@/components/ui/alert";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { useUpdateProfile } from "@/lib/client/change-account";
import { focusFirstError } from "@/lib/client/focus-first-error";
import type { Account } from "@/lib/contracts/account";

export function ProfileForm({ account }: { account: Account }) {
  const form = useRef<HTMLFormElement>(null);
  const update = useUpdateProfile();
  const [name, setName] = useState(account.name);
  const [timeZone, setTimeZone] = useState(account.timeZone ?? "");
  const browserZone = useSyncExternalStore(subscribeToNothing, readZone, () => "");
  const zones = useSyncExternalStore(subscribeToNothing, readZones, () => noZones);
  const wrongName = fieldError(update.error, "name");
  const wrongZone = fieldError(update.error, "timeZone");

  function save() {
    update.mutate(
      { name, timeZone },
      {
        onSuccess: (saved) => {
          setName(saved.name);
          setTimeZone(saved.timeZone ?? "");
        },
        onError: () => focusFirstError(form.current),
      },
    );
  }

  return (
    <FormSection
      title="About you"
      formRef={form}
      onSubmit={save}
      submitLabel="Save changes"
      pendingLabel="Saving…"
      pending={update.isPending}
      done={update.isSuccess && name === account.name && timeZone === (account.timeZone ?? "") && "Saved."}
    >
      <div className="grid gap-5">
        {update.error && !wrongName && !wrongZone && <Alert>{errorMessage(update.error)}</Alert>}
        <Field label="Name" error={wrongName} hint="Shown next to your keys and in the audit log.">
          <TextInput
            name="name"
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field
          label="Time zone"
          error={wrongZone}
          hint={`Used to show exact times. Leave empty to use your browser’s time zone${browserZone && ` (${browserZone})`}.`}
        >
          <Combobox
            name="timeZone"
            value={timeZone}
            onValueChange={setTimeZone}
            suggestions={zones}
            placeholder={browserZone}
          />
        </Field>
      </div>
    </FormSection>
  );
}

const noZones: readonly string[] = [];
let allZones: readonly string[] | undefined;

/** Outdated names that browsers still list, and their current names. */
const currentNames: Record<string, string> = {
  "America/Godthab": "America/Nuuk",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
};

function readZones(): readonly string[] {
  allZones ??= [
    ...new Set(["UTC", ...Intl.supportedValuesOf("timeZone").map((zone) => currentNames[zone] ?? zone)]),
  ].sort();
  return allZones;
}

function readZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The time zones don't change while the page is open. The store only separates server from browser rendering. */
function subscribeToNothing() {
  return () => {};
}
