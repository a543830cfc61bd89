"use client";

import { X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { IconButton } from "./icon-button";
import { Modal } from "./modal";

/** A modal panel at the right edge, for looking closer at one row; the list stays where it was, and has the focus again after. */
export function Sheet({
  onClose,
  title,
  description,
  children,
}: {
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={description ? `${id}-description` : undefined}
      onClose={onClose}
      className="inset-y-0 right-0 left-auto flex h-dvh max-h-none w-full animate-fade flex-col sm:w-[28rem]"
    >
      <div className="flex items-start justify-between gap-4 border-b px-5 py-4">
        <div className="grid min-w-0 gap-1">
          <h2 id={`${id}-title`} className="break-words font-semibold text-lg">
            {title}
          </h2>
          {description && (
            <div id={`${id}-description`} className="text-muted">
              {description}
            </div>
          )}
        </div>
        <IconButton label="Close" className="-mt-1 -mr-2 max-sm:-mt-2.5" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="grid min-h-0 flex-1 content-start gap-6 overflow-y-auto px-5 py-5">{children}</div>
    </Modal>
  );
}
