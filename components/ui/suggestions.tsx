"use client";

import { clsx } from "clsx";
import { type RefObject, useLayoutEffect, useRef } from "react";
import { panelStyle, usePanel } from "./use-panel";

/** The list of a Combobox, which keeps the focus and handles the keys. */
export function Suggestions({
  id,
  anchor,
  matches,
  value,
  active,
  mono,
  isHeading,
  onChoose,
  onDismiss,
}: {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  matches: readonly string[];
  value: string;
  active: number;
  mono: boolean;
  isHeading?: ((suggestion: string) => boolean) | undefined;
  onChoose: (suggestion: string) => void;
  onDismiss: () => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  // Must run before the panel is placed, which depends on its width.
  useLayoutEffect(() => {
    if (list.current && anchor.current) list.current.style.width = `${anchor.current.offsetWidth}px`;
  }, [anchor]);
  usePanel(list, anchor, { side: "bottom", align: "start" }, onDismiss);
  useLayoutEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      popover="manual"
      aria-label="Suggestions"
      className={`${panelStyle} p-1 open:max-h-60`}
    >
      {matches.map((suggestion, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the active option.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys.
        <div
          key={suggestion}
          id={`${id}-${index}`}
          role="option"
          aria-selected={suggestion === value}
          // Keep the input focused, as losing the focus closes the list before the click.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(suggestion)}
          className={clsx(
            "cursor-default rounded-sm px-2 py-1.5 hover:bg-hover max-sm:py-3",
            mono && "font-mono text-sm",
            isHeading && (isHeading(suggestion) ? "font-medium" : "pl-5"),
            index === active && "bg-hover",
          )}
        >
          {suggestion}
        </div>
      ))}
    </div>
  );
}
