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
import type { OnUse } from "./load-on-use";
import { panels } from "./load-panels";

const MenuPanel = panels.component("MenuPanel");
export const MenuItem = panels.component("MenuItem");
export const MenuLabel = panels.component("MenuLabel");
export const MenuRadioGroup = panels.component("MenuRadioGroup");
export const MenuSeparator = panels.component("MenuSeparator");
export const Submenu = panels.component("Submenu");

/** `trigger` is a button element, such as an IconButton. `needs` is what the items load on use, apart from the menu itself. */
export function Menu({
  trigger,
  needs,
  children,
  align = "end",
  side = "bottom",
}: {
  trigger: ReactElement<ComponentProps<"button">>;
  needs?: OnUse;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<false | "first" | "last">(false);

  function preload() {
    panels.preload();
    needs?.preload();
  }

  function show(enterAt: "first" | "last") {
    const open = () => setOpen(enterAt);
    panels.whenLoaded(() => (needs ? needs.whenLoaded(open) : open()));
  }

  function close(focusButton: boolean) {
    setOpen(false);
    if (focusButton) button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    show(event.key === "ArrowDown" ? "first" : "last");
  }

  return (
    <>
      {cloneElement(trigger, {
        id: `${id}-button`,
        ref: button,
        "aria-haspopup": "menu",
        "aria-expanded": open !== false,
        "aria-controls": open ? `${id}-menu` : undefined,
        onClick: () => (open ? setOpen(false) : show("first")),
        onKeyDown,
        onPointerEnter(event) {
          preload();
          trigger.props.onPointerEnter?.(event);
        },
        onFocus(event) {
          preload();
          trigger.props.onFocus?.(event);
        },
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
