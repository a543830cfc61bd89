"use client";

import { useEffect, useState } from "react";
import { Field } from "@/components/ui/field";
import { formatIn } from "@/components/ui/format-in";
import { useTimeZone } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import type { CreateApiKeyFieldsProps } from "./create-api-key-values";
import { dayOf, expirationChoices, expirationMoment } from "./key-expiration";

const dayMilliseconds = 86_400_000;

/** When the key ends, with the exact moment in the person's zone under it, kept true while the form stands open. */
export function ExpirationFields({ values, errors, onChange }: CreateApiKeyFieldsProps) {
  const now = useMinuteClock();
  const zone = useTimeZone();
  const end = expirationMoment(values.expiration, values.customDay, now, zone);
  const caption = end ? `Expires ${formatIn(zone, minuteOptions).format(end)}.` : null;
  const custom = values.expiration === "custom";
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field
        label="Expiration"
        error={errors.expiration}
        hint={custom ? "Works through its last day." : (caption ?? "Works until it is revoked.")}
      >
        <Select
          value={values.expiration}
          onValueChange={(expiration) => onChange({ expiration })}
          options={expirationChoices}
        />
      </Field>
      {custom && (
        <Field label="Last day" error={errors.customDay} hint={caption}>
          <TextInput
            type="date"
            value={values.customDay}
            min={dayOf(now, zone)}
            max={dayOf(new Date(now.getTime() + (maximumExpirationDays - 1) * dayMilliseconds), zone)}
            onChange={(event) => onChange({ customDay: event.target.value })}
          />
        </Field>
      )}
    </div>
  );
}

const minuteOptions: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
};

function useMinuteClock(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
