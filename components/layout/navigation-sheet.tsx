"use client";

import { Menu } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";

/** Wide windows never open it: it is fetched when the button is about to be pressed. */
const load = () => import("./navigation-panel").then((module) => ({ default: module.NavigationPanel }));
const NavigationPanel = lazy(load);

/** The rail on a narrow window: a button, and a panel. `children` closes it when a link is followed. */
export function NavigationSheet({ children }: { children: (close: () => void) => ReactNode }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <IconButton
        label="Open navigation"
        className="size-11"
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerDown={() => void load()}
        onFocus={() => void load()}
        onClick={() => setOpen(true)}
      >
        <Menu aria-hidden />
      </IconButton>
      <Suspense fallback={null}>
        {open && <NavigationPanel onClose={close}>{children(close)}</NavigationPanel>}
      </Suspense>
    </>
  );
}
