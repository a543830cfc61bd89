"use client";

import { clsx } from "clsx";
import { Check, ChevronRight } from "lucide-react";
import {
  cloneElement,
  type HTMLAttributes,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useId,
  useRef,
  useState,
} from "react";
import { MenuPanel, useCloseMenu } from "./menu-panel";

const itemStyle =
  "flex w-full cursor-default select-none items-center gap-2 rounded-sm px-2 py-1.5 text-left outline-none focus:bg-hover aria-disabled:opacity-50 aria-expanded:bg-hover max-sm:py-3 [&_svg]:size-4 [&_svg]:shrink-0";

/** The pointer moves the focus, so that only one item is highlighted. */
const followsPointer = {
  onPointerMove: (event: { currentTarget: HTMLElement }) => {
    if (document.activeElement !== event.currentTarget) event.currentTarget.focus({ preventScroll: true });
  },
};

/** With `asChild`, the item is its only child, a link. */
export function MenuItem({
  children,
  icon,
  onSelect,
  tone = "neutral",
  disabled = false,
  asChild = false,
}: {
  children: ReactNode;
  icon?: ReactNode;
  onSelect?: () => void;
  tone?: "neutral" | "bad";
  disabled?: boolean;
  asChild?: boolean;
}) {
  const closeMenu = useCloseMenu();
  const props = {
    role: "menuitem",
    tabIndex: -1,
    "aria-disabled": disabled || undefined,
    className: clsx(itemStyle, tone === "bad" ? "text-bad" : "[&_svg]:text-muted"),
    onClick: (event: MouseEvent) => {
      if (disabled) return event.preventDefault();
      // Close the menu first: a dialog that opens next restores the focus to the menu's button.
      closeMenu();
      onSelect?.();
    },
    ...followsPointer,
  };

  if (asChild) return cloneElement(children as ReactElement<HTMLAttributes<HTMLElement>>, props);
  return (
    <button type="button" {...props}>
      {icon}
      <span className="min-w-0 truncate">{children}</span>
    </button>
  );
}

export function MenuSeparator() {
  return <hr className="my-1 border-0 border-t" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <div role="presentation" className="truncate px-2 py-1.5 text-muted text-sm">
      {children}
    </div>
  );
}

/** `label` is the group's accessible name. */
export function MenuRadioGroup<Value extends string>({
  label,
  value,
  onValueChange,
  options,
}: {
  label: string;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; hint?: string }[];
}) {
  const closeMenu = useCloseMenu();
  return (
    // biome-ignore lint/a11y/useSemanticElements: inside a menu, only the menu roles have a meaning.
    <div role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          aria-checked={option.value === value}
          tabIndex={-1}
          onClick={() => {
            closeMenu();
            onValueChange(option.value);
          }}
          {...followsPointer}
          className={itemStyle}
        >
          <Check aria-hidden className={option.value === value ? undefined : "invisible"} />
          <span className="grid min-w-0">
            <span className="truncate">{option.label}</span>
            {option.hint && <span className="truncate text-muted text-sm">{option.hint}</span>}
          </span>
        </button>
      ))}
    </div>
  );
}

/** An item that opens a menu beside it, on hover, press or ArrowRight. */
export function Submenu({ label, icon, children }: { label: string; icon?: ReactNode; children: ReactNode }) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<false | "hovered" | "entered">(false);

  function onKeyDown(event: KeyboardEvent) {
    if (event.target !== opener.current || !["ArrowRight", "Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    setOpen("entered");
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it contains an item and its menu, so that the pointer can move between them.
    <div onPointerLeave={(event) => event.pointerType === "mouse" && setOpen(false)} onKeyDown={onKeyDown}>
      <button
        ref={opener}
        id={`${id}-item`}
        type="button"
        role="menuitem"
        aria-haspopup="menu"
        aria-expanded={open !== false}
        aria-controls={open ? `${id}-menu` : undefined}
        tabIndex={-1}
        onClick={() => setOpen("entered")}
        onPointerEnter={(event) => event.pointerType === "mouse" && setOpen((before) => before || "hovered")}
        {...followsPointer}
        className={clsx(itemStyle, "[&_svg]:text-muted")}
      >
        {icon}
        <span className="flex-1">{label}</span>
        <ChevronRight aria-hidden />
      </button>
      {open && (
        <MenuPanel
          id={`${id}-menu`}
          labelledBy={`${id}-item`}
          anchor={opener}
          place={{ side: "right", align: "start" }}
          enterAt={open === "entered" ? "first" : null}
          onClose={(focusOpener) => {
            setOpen(false);
            if (focusOpener) opener.current?.focus();
          }}
          submenu
        >
          {children}
        </MenuPanel>
      )}
    </div>
  );
}
