"use client";

import { clsx } from "clsx";
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { restoreFocus } from "./restore-focus";
import { lockScroll } from "./scroll-lock";
import { enterTopDialog } from "./top-dialog";

type ModalProps = {
  labelledBy: string;
  describedBy?: string | undefined;
  onClose: () => void;
  /** If false, Escape and pressing outside do nothing. */
  dismissible?: boolean;
  initialFocus?: RefObject<HTMLElement | null> | undefined;
  returnFocus?: RefObject<HTMLElement | null> | undefined;
  className: string;
  children: ReactNode;
};

/**
 * The base of dialogs and sheets: a native modal dialog, open while it's mounted. Focuses `initialFocus` or else the first
 * field, and afterwards `returnFocus` or else the element that had the focus before.
 */
export function Modal({
  labelledBy,
  describedBy,
  onClose,
  dismissible = true,
  initialFocus,
  returnFocus,
  className,
  children,
}: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  useShown(dialog, initialFocus, returnFocus);

  const dismiss = () => dismissible && onClose();

  return createPortal(
    <dialog
      ref={dialog}
      tabIndex={-1}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        // Don't leave it to the browser, which closes the dialog on the second Escape regardless of the page.
        event.preventDefault();
        event.stopPropagation();
        dismiss();
      }}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        dismiss();
      }}
      onClose={(event) => {
        if (event.target !== event.currentTarget || event.currentTarget.open) return;
        // The browser closed it. Reopen it and let the owner decide.
        event.currentTarget.showModal();
        dismiss();
      }}
      onPointerDown={(event) => {
        pressedOutside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => {
        // Only if the press also began outside: dragging a selection out of a field doesn't count.
        if (pressedOutside.current && event.target === event.currentTarget) dismiss();
      }}
      className={clsx(
        "fixed z-40 max-w-none bg-surface text-text shadow-float outline-none backdrop:animate-fade backdrop:bg-[oklch(0.15_0.011_255/0.45)]",
        className,
      )}
    >
      {children}
    </dialog>,
    document.body,
  );
}

function useShown(
  dialog: RefObject<HTMLDialogElement | null>,
  initialFocus: RefObject<HTMLElement | null> | undefined,
  returnFocus: RefObject<HTMLElement | null> | undefined,
) {
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown) return;
    const opener = document.activeElement;
    const unlock = lockScroll();
    shown.showModal();
    (initialFocus?.current ?? firstToFocus(shown))?.focus();
    const leave = enterTopDialog(shown);
    return () => {
      leave();
      shown.close();
      unlock();
      restoreFocus(returnFocus?.current, opener);
    };
  }, [dialog, initialFocus, returnFocus]);
}

function firstToFocus(dialog: HTMLElement): HTMLElement | null {
  return (
    dialog.querySelector<HTMLElement>(
      "input:not([type=hidden]):not(:disabled), textarea:not(:disabled), [role=combobox]:not(:disabled)",
    ) ??
    dialog.querySelector<HTMLElement>("[data-dialog-footer] button:not(:disabled)") ??
    dialog.querySelector<HTMLElement>("a[href], button:not(:disabled)")
  );
}
