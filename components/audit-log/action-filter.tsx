"use client";

import { FilterCombobox } from "@/components/filters/filter-combobox";
import { actionNamed, actionsLike } from "./audit-words";

/** Chooses an action, or a whole group of them. */
export function ActionFilter({
  value,
  error,
  onValueChange,
}: {
  value: string;
  error: string | undefined;
  onValueChange: (value: string) => void;
}) {
  return (
    <FilterCombobox
      label="Action"
      text={actionNamed(value)?.text ?? value}
      suggest={(typed) => actionsLike(typed).map(({ text }) => text)}
      isHeading={(text) => actionNamed(text)?.isGroup ?? false}
      exact={(typed) => actionNamed(typed)?.value ?? null}
      settle={(typed) => (actionNamed(typed) ?? onlyLike(typed))?.value ?? null}
      error={error}
      unknown="No action matches. Choose one of the list."
      onValueChange={onValueChange}
    />
  );
}

function onlyLike(typed: string) {
  const [only, ...others] = actionsLike(typed).filter(({ isGroup }) => !isGroup);
  return others.length === 0 ? only : undefined;
}
