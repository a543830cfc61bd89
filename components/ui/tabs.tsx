"use client";

import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

/** `label` is the accessible name of the tab list. */
export function Tabs({
  label,
  tabs,
  defaultValue = tabs[0]?.value,
  onValueChange,
}: {
  label: string;
  tabs: readonly { value: string; label: string; content: ReactNode }[];
  defaultValue?: string;
  onValueChange?: (value: string) => void;
}) {
  const id = useId();
  const [chosen, setValue] = useState(defaultValue);
  // The chosen tab may have been removed.
  const value = tabs.some((tab) => tab.value === chosen) ? chosen : tabs[0]?.value;
  const current = tabs.findIndex((tab) => tab.value === value);

  function choose(tab: string) {
    setValue(tab);
    onValueChange?.(tab);
  }

  function onKeyDown(event: KeyboardEvent) {
    // Alt with an arrow key goes back and forward in the browser.
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = tabs.length - 1;
    const next = {
      ArrowLeft: current === 0 ? last : current - 1,
      ArrowRight: current === last ? 0 : current + 1,
      Home: 0,
      End: last,
    }[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab) return;
    event.preventDefault();
    choose(tab.value);
    document.getElementById(`${id}-${tab.value}`)?.focus();
  }

  return (
    <div className="grid min-w-0 gap-2">
      <div role="tablist" aria-label={label} className="flex gap-4 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <button
            key={tab.value}
            id={`${id}-${tab.value}`}
            type="button"
            role="tab"
            aria-selected={tab.value === value}
            aria-controls={`${id}-${tab.value}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => choose(tab.value)}
            onKeyDown={onKeyDown}
            className="-mb-px border-transparent border-b-2 py-1.5 text-muted transition-colors duration-150 hover:text-text focus-visible:-outline-offset-2 aria-selected:border-accent aria-selected:text-text max-sm:py-3"
          >
            {tab.label}
          </button>
        ))}
      </div>
      {tabs.map((tab) => (
        <div
          key={tab.value}
          id={`${id}-${tab.value}-panel`}
          role="tabpanel"
          aria-labelledby={`${id}-${tab.value}`}
          hidden={tab.value !== value}
          className="min-w-0"
        >
          {tab.content}
        </div>
      ))}
    </div>
  );
}
