"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { typedWithoutSecret } from "@/lib/client/secret-text";
import { useKeyNames } from "@/lib/client/use-key-names";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";

type Keys = EventSubscription["filters"]["keys"];

/** Picks API keys by name, one after the other. */
export function KeysField({
  workspaceSlug,
  keys,
  onChange,
  error,
}: {
  workspaceSlug: string;
  keys: Keys;
  onChange: (keys: Keys) => void;
  error: string | undefined;
}) {
  const [used, setUsed] = useState(false);
  const [typed, setTyped] = useState("");
  const found = useKeyNames(workspaceSlug, typed, { enabled: used });
  const offered = found.data?.filter((key) => !keys.some(({ id }) => id === key.id));
  const isUnknown = typed.trim() !== "" && !found.isFetching && offered?.length === 0;

  function type(text: string) {
    const clean = typedWithoutSecret(text);
    const chosen = offered?.find((key) => textOf(key) === clean.trim());
    if (chosen) onChange([...keys, { id: chosen.id, name: chosen.name }]);
    setTyped(chosen ? "" : clean);
  }

  return (
    <div className="grid gap-2">
      <Field
        label="Keys"
        aside="Optional"
        error={error ?? (isUnknown ? "No keys match." : undefined)}
        hint="Choose keys by name. Leave empty for all keys."
      >
        <Combobox
          value={typed}
          onValueChange={type}
          suggestions={offered?.map(textOf) ?? []}
          filtered
          placeholder={keys.length === 0 ? "All keys" : "Add another key"}
          onFocus={() => setUsed(true)}
        />
      </Field>
      {keys.length > 0 && (
        <ul aria-label="Chosen keys" className="flex flex-wrap gap-1.5">
          {keys.map(({ id, name }) => (
            <li
              key={id}
              className="inline-flex max-w-full items-center rounded-control border bg-sunken pl-2 text-sm"
            >
              <span className="truncate">{name ?? id}</span>
              <IconButton
                label={`Remove ${name ?? id}`}
                className="size-7 max-sm:size-9"
                onClick={() => onChange(keys.filter((key) => key.id !== id))}
              >
                <X aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** With the hint, as several keys may have the same name. */
function textOf({ name, prefix, suffix }: Pick<ApiKey, "name" | "prefix" | "suffix">): string {
  return `${name} (${prefix}…${suffix})`;
}
