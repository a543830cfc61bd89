"use client";

import { type ReactNode, useId } from "react";
import { Modal } from "./modal";
import { ModalHeader } from "./modal-header";

/** A modal panel at the right edge, for the details of a row. */
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
      <ModalHeader
        id={id}
        title={title}
        description={description}
        onClose={onClose}
        className="border-b py-4"
      />
      <div className="grid min-h-0 flex-1 content-start gap-6 overflow-y-auto px-5 py-5">{children}</div>
    </Modal>
  );
}
