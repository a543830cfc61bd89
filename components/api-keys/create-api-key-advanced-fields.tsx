"use client";

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { Textarea } from "@/components/ui/textarea";
import type { CreateApiKeyFieldsProps, PolicyProps } from "./create-api-key-values";

/** Rarely needed fields, folded away. An error in one of them unfolds them. */
export function AdvancedFields({ policy, values, errors, onChange }: CreateApiKeyFieldsProps & PolicyProps) {
  const required = policy.requireAllowedIps === true;
  const [unfolded, setUnfolded] = useState(required);
  const open = unfolded || errors.allowedIps !== undefined || errors.rateLimitPerMinute !== undefined;
  return (
    <details open={open} onToggle={(event) => setUnfolded(event.currentTarget.open)} className="group">
      <summary className="flex w-fit list-none items-center gap-1.5 rounded-control py-1 pr-2 text-muted hover:text-text max-sm:py-3 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform duration-150 group-open:rotate-90" />
        Advanced
      </summary>
      <div className="grid gap-5 pt-3">
        <Field
          label="Allowed addresses"
          aside={required ? "Required" : "Optional"}
          error={errors.allowedIps}
          hint={
            required
              ? "One IP address or CIDR block per line. Keys of this workspace must have allowed addresses."
              : "One IP address or CIDR block per line. Leave empty to allow any address."
          }
        >
          <Textarea
            mono
            rows={3}
            value={values.allowedIps}
            onChange={(event) => onChange({ allowedIps: event.target.value })}
            placeholder={"203.0.113.0/24\n2001:db8::/48"}
            spellCheck={false}
          />
        </Field>
        <Field
          label="Rate limit per minute"
          aside="Optional"
          error={errors.rateLimitPerMinute}
          hint="Leave empty to use the workspace’s limit."
        >
          <TextInput
            inputMode="numeric"
            className="tabular-nums sm:w-40"
            value={values.rateLimitPerMinute}
            onChange={(event) => onChange({ rateLimitPerMinute: event.target.value })}
            autoComplete="off"
          />
        </Field>
      </div>
    </details>
  );
}
