"use client";

import { clsx } from "clsx";
import { type FormEvent, type ReactNode, type RefObject, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "./button";
import { Modal } from "./modal";
import { ModalHeader } from "./modal-header";
import { useDraft } from "./use-draft";

const widths = { small: "sm:max-w-md", medium: "sm:max-w-lg", large: "sm:max-w-2xl" };

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  size?: keyof typeof widths;
  /** If false, Escape and pressing outside do nothing, and there's no Close button. */
  dismissible?: boolean;
  onSubmit?: () => void;
  /** The form was submitted and awaits the response. */
  pending?: boolean;
  /** Whether closing would lose something. By default, whether the text of a field was changed. */
  draft?: boolean | undefined;
  initialFocus?: RefObject<HTMLElement | null>;
  /** Gets the focus on closing if the element that opened the dialog is gone. */
  returnFocus?: RefObject<HTMLElement | null>;
};

/**
 * A modal dialog. Focuses `initialFocus` or else the first field, and restores the focus when it closes. With `onSubmit` it is
 * a form, which asks before it discards changes. Put the form's buttons into `footer`.
 */
export function Dialog(props: DialogProps) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({
  size = "medium",
  dismissible = true,
  pending = false,
  draft,
  onSubmit,
  ...props
}: DialogProps) {
  const id = useId();
  const [discarding, setDiscarding] = useState(false);
  const { onFocus, hasDraft } = useDraft();
  const close = () => props.onOpenChange(false);
  const wouldLose = () => onSubmit !== undefined && (draft ?? hasDraft());

  function pressClose() {
    if (!pending && wouldLose()) setDiscarding(true);
    else close();
  }

  /** Escape or a press outside may be accidental, so they don't close a form that is being submitted and may fail. */
  function dismiss() {
    if (!(pending && wouldLose())) pressClose();
  }

  function discard() {
    // Remove this dialog before the one below it, so that the focus is restored.
    flushSync(() => setDiscarding(false));
    close();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    // Events bubble through React's tree even from a portal: don't submit an outer form.
    event.stopPropagation();
    onSubmit?.();
  }

  const layout = "flex min-h-0 flex-1 flex-col";
  const body = <DialogBody id={id} {...props} onClose={dismissible ? pressClose : undefined} />;

  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={props.description ? `${id}-description` : undefined}
      onClose={dismiss}
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
        <form noValidate method="post" onSubmit={submit} onFocus={onFocus} className={layout}>
          {body}
        </form>
      ) : (
        <div className={layout}>{body}</div>
      )}
      {discarding && <DiscardDialog onKeep={() => setDiscarding(false)} onDiscard={discard} />}
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
      <ModalHeader id={id} title={title} description={description} onClose={onClose} className="pt-5" />
      {/* Positioned, so that texts for screen readers scroll with it. Otherwise the whole dialog would scroll to them. */}
      <div className="relative min-h-0 flex-1 overflow-y-auto px-5 py-4 empty:pt-0">{children}</div>
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

function DiscardDialog({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      onOpenChange={onKeep}
      size="small"
      title="Discard changes?"
      description="What you typed hasn’t been saved."
      initialFocus={keep}
      footer={
        <>
          <Button ref={keep} onClick={onKeep}>
            Keep editing
          </Button>
          <Button variant="danger" onClick={onDiscard}>
            Discard
          </Button>
        </>
      }
    />
  );
}
