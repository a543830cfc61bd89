"use client";

import { useEffect, useState } from "react";
import { Field } from "@/components/ui/field";
import { formatIn } from "@/components/ui/format-in";
import { useTimeZone } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { maximumExpirationDays } from "@/lib/contracts/api-keys";
import type { CreateApiKeyFieldsProps, PolicyProps } from "./create-api-key-values";
import { dayOf, expirationChoicesWithin, expirationTime } from "./key-expiration";

const dayMs = 86_400_000;

/** Shows the exact expiry time in the viewer's time zone, and keeps it current while the form is open. */
export function ExpirationFields({
  policy,
  values,
  errors,
  onChange,
}: CreateApiKeyFieldsProps & PolicyProps) {
  const most = policy.maxLifetimeDays ?? maximumExpirationDays;
  const now = useMinuteClock();
  const zone = useTimeZone();
  const end = expirationTime(values.expiration, values.customDay, now, zone);
  const caption = end ? `Expires ${formatIn(zone, minuteOptions).format(end)}.` : null;
  const custom = values.expiration === "custom";
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field
        label="Expiration"
        error={errors.expiration}
        hint={
          custom
            ? "The key works until the end of its last day."
            : (caption ?? "The key works until you revoke it.")
        }
      >
        <Select
          value={values.expiration}
          onValueChange={(expiration) => onChange({ expiration })}
          options={expirationChoicesWithin(policy)}
        />
      </Field>
      {custom && (
        <Field label="Last day" error={errors.customDay} hint={caption}>
          <TextInput
            type="date"
            value={values.customDay}
            min={dayOf(now, zone)}
            max={dayOf(new Date(now.getTime() + (most - 1) * dayMs), zone)}
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
  hour: "numeric",
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
