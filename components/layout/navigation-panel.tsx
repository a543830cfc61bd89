"use client";

import { X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Modal } from "@/components/ui/modal";

/** The navigation as a panel from the left. */
export function NavigationPanel({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const id = useId();
  return (
    <Modal
      labelledBy={id}
      onClose={onClose}
      className="inset-y-0 right-auto left-0 flex h-dvh max-h-none w-[min(18rem,calc(100vw-3.5rem))] animate-slide flex-col overflow-y-auto"
    >
      <h2 id={id} className="sr-only">
        Navigation
      </h2>
      {children}
      <IconButton label="Close" onClick={onClose} className="absolute top-1.5 right-1.5 size-11">
        <X aria-hidden />
      </IconButton>
    </Modal>
  );
}
