"use client";

import { clsx } from "clsx";
import { Check } from "lucide-react";
import { type RefObject, useLayoutEffect, useRef } from "react";
import { panelStyle, usePanel } from "./use-panel";

export type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  hint?: string;
  disabled?: boolean;
};

/** The options of a Select, which keeps the focus and handles the keys. */
export function SelectList({
  id,
  anchor,
  options,
  selected,
  active,
  onActive,
  onChoose,
  onDismiss,
}: {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  options: readonly SelectOption<string>[];
  selected: number;
  active: number;
  onActive: (index: number) => void;
  onChoose: (index: number) => void;
  onDismiss: () => void;
}) {
  const list = useRef<HTMLDivElement>(null);

  // Must run before the panel is placed, which depends on its width.
  useLayoutEffect(() => {
    if (list.current && anchor.current) list.current.style.minWidth = `${anchor.current.offsetWidth}px`;
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
      tabIndex={-1}
      popover="manual"
      aria-label="Options"
      // Keep the button focused.
      onMouseDown={(event) => event.preventDefault()}
      className={`${panelStyle} max-w-[min(24rem,calc(100vw-1rem))] p-1 outline-none`}
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the button has the focus and names the active option.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the button handles the keys.
        <div
          key={option.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === selected}
          aria-disabled={option.disabled || undefined}
          onPointerMove={() => !option.disabled && index !== active && onActive(index)}
          onClick={() => onChoose(index)}
          className={clsx(
            "flex cursor-default select-none items-start gap-2 rounded-sm py-1.5 pr-3 pl-2 aria-disabled:opacity-50 max-sm:py-3",
            index === active && "bg-hover",
          )}
        >
          <Check aria-hidden className={clsx("mt-0.5 size-4 shrink-0", index !== selected && "invisible")} />
          <span className="grid min-w-0">
            <span>{option.label}</span>
            {option.hint && <span className="text-muted text-sm">{option.hint}</span>}
          </span>
        </div>
      ))}
    </div>
  );
}
