"use client";

import { Menu, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Modal } from "@/components/ui/modal";

/** The rail on a narrow window: a button, and a panel from the left. `children` closes it when a link is followed. */
export function NavigationSheet({ children }: { children: (close: () => void) => ReactNode }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <IconButton
        label="Open navigation"
        className="size-11"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Menu aria-hidden />
      </IconButton>
      {open && (
        <Modal
          labelledBy={id}
          onClose={close}
          className="inset-y-0 right-auto left-0 flex h-dvh w-[min(18rem,calc(100vw-3.5rem))] animate-slide flex-col overflow-y-auto"
        >
          <h2 id={id} className="sr-only">
            Navigation
          </h2>
          {children(close)}
          <IconButton label="Close" onClick={close} className="absolute top-1.5 right-1.5 size-11">
            <X aria-hidden />
          </IconButton>
        </Modal>
      )}
    </>
  );
}
