"use client";

import { Menu } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";

/** Loaded just before the button is pressed, as wide windows never need it. */
const load = () => import("./navigation-panel").then((module) => ({ default: module.NavigationPanel }));
const NavigationPanel = lazy(load);

/** The navigation in a narrow window. `children` gets a function that closes it. */
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
