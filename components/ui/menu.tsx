"use client";

import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useId,
  useRef,
  useState,
} from "react";
import { MenuPanel } from "./menu-panel";

export { MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator, Submenu } from "./menu-items";

/** `trigger` is a button element, such as an IconButton. */
export function Menu({
  trigger,
  children,
  align = "end",
  side = "bottom",
}: {
  trigger: ReactElement<ComponentProps<"button">>;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<false | "first" | "last">(false);

  function close(focusButton: boolean) {
    setOpen(false);
    if (focusButton) button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setOpen(event.key === "ArrowDown" ? "first" : "last");
  }

  return (
    <>
      {cloneElement(trigger, {
        id: `${id}-button`,
        ref: button,
        "aria-haspopup": "menu",
        "aria-expanded": open !== false,
        "aria-controls": open ? `${id}-menu` : undefined,
        onClick: () => setOpen(open ? false : "first"),
        onKeyDown,
      })}
      {open && (
        <MenuPanel
          id={`${id}-menu`}
          labelledBy={`${id}-button`}
          anchor={button}
          place={{ side, align }}
          enterAt={open}
          onClose={close}
        >
          {children}
        </MenuPanel>
      )}
    </>
  );
}
