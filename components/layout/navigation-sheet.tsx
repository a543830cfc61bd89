"use client";

import { Menu } from "lucide-react";
import { type ReactNode, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { loadOnUse } from "@/components/ui/load-on-use";

/** Wide windows never need it. */
const panel = loadOnUse(() => import("./navigation-panel"));
const NavigationPanel = panel.component("NavigationPanel");

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
        onClick={() => panel.whenLoaded(() => setOpen(true))}
        {...panel.preloads}
      >
        <Menu aria-hidden />
      </IconButton>
      {open && <NavigationPanel onClose={close}>{children(close)}</NavigationPanel>}
    </>
  );
}
