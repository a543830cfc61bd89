"use client";

import { clsx } from "clsx";
import { type ReactNode, useId } from "react";
import { Modal } from "./modal";
import { ModalHeader } from "./modal-header";

/** A modal panel at the right edge, for the details of a row. `wide` is for code. */
export function Sheet({
  onClose,
  title,
  description,
  wide = false,
  children,
}: {
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={description ? `${id}-description` : undefined}
      onClose={onClose}
      className={clsx(
        "inset-y-0 right-0 left-auto flex h-dvh max-h-none w-full animate-fade flex-col",
        wide ? "sm:w-[38rem]" : "sm:w-[28rem]",
      )}
    >
      <ModalHeader
        id={id}
        title={title}
        description={description}
        onClose={onClose}
        className="border-b py-4"
      />
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)] content-start gap-6 overflow-y-auto px-5 py-5">
        {children}
      </div>
    </Modal>
  );
}
