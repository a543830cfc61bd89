"use client";

import {
  createContext,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  use,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { PanelPlace } from "./place-panel";
import { restoreFocus } from "./restore-focus";
import { createTypeahead } from "./typeahead";
import { panelStyle, usePanel } from "./use-panel";

/** Closes the whole menu with its submenus, and focuses its button. */
const CloseMenuContext = createContext<() => void>(() => {});

export function useCloseMenu() {
  return use(CloseMenuContext);
}

/**
 * The items of a menu or submenu. Arrow keys, Home, End, typing and the pointer move the focus; Escape and Tab close it, and
 * ArrowLeft closes a submenu.
 */
export function MenuPanel({
  id,
  labelledBy,
  anchor,
  place,
  enterAt,
  onClose,
  submenu = false,
  children,
}: {
  id: string;
  labelledBy: string;
  anchor: RefObject<HTMLElement | null>;
  place: PanelPlace;
  /** The item to focus on opening; null leaves the focus where it is. */
  enterAt: "first" | "last" | null;
  onClose: (focusOpener: boolean) => void;
  submenu?: boolean;
  children: ReactNode;
}) {
  const panel = useRef<HTMLDivElement>(null);
  const [find] = useState(createTypeahead);
  const closeParent = useCloseMenu();
  usePanel(panel, anchor, place, submenu ? undefined : () => onClose(false));

  useLayoutEffect(() => {
    const items = enabledItems(panel.current);
    if (enterAt) items.at(enterAt === "first" ? 0 : -1)?.focus();
  }, [enterAt]);

  useLayoutEffect(() => {
    const shown = panel.current;
    const opener = anchor.current;
    return () => {
      // Gone with its button: React removes that in the same commit.
      if (shown?.contains(document.activeElement))
        queueMicrotask(() => {
          if (!opener?.isConnected) restoreFocus();
        });
    };
  }, [anchor]);

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    // Shortcuts of the browser.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = enabledItems(panel.current);
    const current = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" || (submenu && event.key === "ArrowLeft")) {
      onClose(true);
    } else if (event.key === "Tab") {
      // Focus the menu's button last, so that the browser moves on from there: a submenu's item is about to be removed.
      onClose(true);
      closeParent();
      return;
    } else {
      const found = find(event.key, items.map(nameOf), current);
      const moves: Record<string, number> = {
        ArrowDown: current + 1,
        ArrowUp: current - 1,
        Home: 0,
        End: -1,
      };
      const next = moves[event.key] ?? (found < 0 ? undefined : found);
      if (next === undefined) return;
      items.at(next % items.length)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <CloseMenuContext value={submenu ? closeParent : () => onClose(true)}>
      <div
        ref={panel}
        id={id}
        role="menu"
        tabIndex={-1}
        popover="manual"
        aria-labelledby={labelledBy}
        onKeyDown={onKeyDown}
        className={`${panelStyle} min-w-44 max-w-72 p-1 outline-none`}
      >
        {children}
      </div>
    </CloseMenuContext>
  );
}

/** The menu's own items, without those of an open submenu inside it. */
function enabledItems(menu: HTMLElement | null): HTMLElement[] {
  if (!menu) return [];
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([aria-disabled="true"])')].filter(
    (item) => item.closest('[role="menu"]') === menu,
  );
}

function nameOf(item: HTMLElement): string {
  return item.textContent?.trim() ?? "";
}
