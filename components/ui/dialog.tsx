"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, type RefObject, useId } from "react";
import { IconButton } from "./icon-button";
import { Modal } from "./modal";

const widths = { small: "sm:max-w-md", medium: "sm:max-w-lg", large: "sm:max-w-2xl" };

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  size?: keyof typeof widths;
  /** False: Escape and a press outside do nothing, and there is no Close button. */
  dismissible?: boolean;
  onSubmit?: () => void;
  initialFocus?: RefObject<HTMLElement | null>;
  /** Where focus goes on closing, where what opened the dialog is gone by then. */
  returnFocus?: RefObject<HTMLElement | null>;
};

/**
 * A modal dialog. Focus goes to `initialFocus`, else to the first field, and back to where it was when it closes.
 * With `onSubmit` it is a form: Enter submits it, and its buttons belong into `footer`.
 */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({ size = "medium", dismissible = true, onSubmit, ...props }: DialogProps) {
  const id = useId();
  const close = () => props.onOpenChange(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    // A form within a portal still bubbles through React's tree: an outer form must not be sent along.
    event.stopPropagation();
    onSubmit?.();
  }

  const layout = "flex min-h-0 flex-1 flex-col";
  const body = <DialogBody id={id} {...props} onClose={dismissible ? close : undefined} />;

  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={props.description ? `${id}-description` : undefined}
      onClose={close}
      dismissible={dismissible}
      initialFocus={props.initialFocus}
      returnFocus={props.returnFocus}
      className={clsx(
        "inset-x-0 top-auto bottom-0 mx-auto flex max-h-[calc(100dvh-1rem)] w-full animate-rise flex-col rounded-t-surface",
        "sm:top-[12vh] sm:bottom-auto sm:max-h-[80vh] sm:w-[calc(100%-2rem)] sm:rounded-surface",
        widths[size],
      )}
    >
      {onSubmit ? (
        <form noValidate method="post" onSubmit={submit} className={layout}>
          {body}
        </form>
      ) : (
        <div className={layout}>{body}</div>
      )}
    </Modal>
  );
}

function DialogBody({
  id,
  title,
  description,
  children,
  footer,
  onClose,
}: Pick<DialogProps, "title" | "description" | "children" | "footer"> & {
  id: string;
  onClose: (() => void) | undefined;
}) {
  return (
    <>
      <div className="flex items-start justify-between gap-4 px-5 pt-5">
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
        {onClose && (
          <IconButton label="Close" className="-mt-1 -mr-2 max-sm:-mt-2.5" onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4 empty:pt-0">{children}</div>
      {footer && (
        <div
          data-dialog-footer
          className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3.5 max-sm:*:flex-1"
        >
          {footer}
        </div>
      )}
    </>
  );
}
