"use client";

import { useEffect, useId, useState } from "react";
import { Combobox } from "@/components/ui/combobox";
import { typedWithoutSecret, withoutSecret } from "@/lib/client/secret-text";
import { useApiKey } from "@/lib/client/use-api-key";
import { useApiKeys } from "@/lib/client/use-api-keys";
import { FilterError } from "./filter-input";
import { keysLike, keyTexts, onlyKeyLike, resolveKeyText } from "./key-filter-text";

/** Picks one API key by name, hint, id or owner. The URL holds the key's id. */
export function KeyFilter({
  workspaceSlug,
  keyId,
  onKeyId,
}: {
  workspaceSlug: string;
  keyId: string;
  onKeyId: (keyId: string) => void;
}) {
  const id = useId();
  const [used, setUsed] = useState(false);
  /** The text being typed; null while the field shows the current filter. */
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);
  const search = useDebounced(withoutSecret(typed ?? ""));
  const list = useApiKeys(
    workspaceSlug,
    { status: "all", search: search.trim().slice(0, 100), limit: "100" },
    { enabled: used },
  );
  const keys = list.data?.pages.flatMap((page) => page.keys) ?? [];
  const { data: chosen } = useApiKey(workspaceSlug, keyId, { enabled: keyId !== "" });
  const meant = typed === null ? null : resolveKeyText(typed, keys);
  const unknown = left && typed !== null && typed.trim() !== "" && meant === null && !list.isFetching;

  // In an effect because the keys may load after the text was typed.
  useEffect(() => {
    if (meant !== null && meant !== keyId) onKeyId(meant);
  }, [meant, keyId, onKeyId]);

  function type(text: string) {
    setTyped(typedWithoutSecret(text));
    setLeft(false);
    if (text.trim() === "" && keyId !== "") onKeyId("");
  }

  function leave() {
    setLeft(true);
    if (typed === null) return;
    const only = meant ?? onlyKeyLike(typed, keys);
    if (only !== null) onKeyId(only);
    setTyped(only !== null || typed.trim() === "" ? null : withoutSecret(typed));
  }

  return (
    <div className="grid gap-1 text-muted text-xs max-sm:col-span-2">
      <label htmlFor={id}>Key</label>
      <Combobox
        id={id}
        value={typed ?? (keyId === "" ? "" : (chosen?.name ?? keyId))}
        onValueChange={type}
        suggestions={keyTexts(typed === null ? keys : keysLike(typed, keys))}
        filtered
        placeholder="Any"
        aria-invalid={unknown || undefined}
        aria-describedby={unknown ? `${id}-error` : undefined}
        size="small"
        onFocus={() => setUsed(true)}
        onBlur={leave}
        onKeyDownCapture={(event) => event.key === "Enter" && leave()}
      />
      {unknown && <FilterError id={`${id}-error`}>No keys match.</FilterError>}
    </div>
  );
}

function useDebounced(text: string): string {
  const [debounced, setDebounced] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return debounced;
}
