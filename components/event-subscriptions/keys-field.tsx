"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { keysLike, keyTexts, resolveKeyText } from "@/components/access-logs/key-filter-text";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { typedWithoutSecret } from "@/lib/client/secret-text";
import { useApiKeys } from "@/lib/client/use-api-keys";
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
  const list = useApiKeys(workspaceSlug, { status: "all", limit: "100" }, { enabled: used });
  const offered = (list.data?.pages.flatMap((page) => page.keys) ?? []).filter(
    (key) => !keys.some(({ id }) => id === key.id),
  );
  const isUnknown = typed.trim() !== "" && list.data !== undefined && keysLike(typed, offered).length === 0;

  function type(text: string) {
    const clean = typedWithoutSecret(text);
    const id = resolveKeyText(clean, offered);
    if (id === null) return setTyped(clean);
    const name = offered.find((key) => key.id === id)?.name ?? null;
    if (!keys.some((key) => key.id === id)) onChange([...keys, { id, name }]);
    setTyped("");
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
          suggestions={keyTexts(typed === "" ? offered : keysLike(typed, offered))}
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
