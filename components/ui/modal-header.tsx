import { clsx } from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./icon-button";

/** The header of a dialog or a sheet. Pass `${id}-title` and `${id}-description` to Modal. */
export function ModalHeader({
  id,
  title,
  description,
  onClose,
  className,
}: {
  id: string;
  title: ReactNode;
  description?: ReactNode;
  /** Without it, there's no Close button. */
  onClose?: (() => void) | undefined;
  className: string;
}) {
  return (
    <div className={clsx("grid gap-1 px-5", className)}>
      <div className="flex items-start justify-between gap-4">
        <h2 id={`${id}-title`} className="min-w-0 break-words font-semibold text-lg">
          {title}
        </h2>
        {onClose && (
          // Negative margins, so that the button doesn't push the description away from the title.
          <IconButton label="Close" className="-my-1.5 -mr-2 max-sm:-my-2.5" onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        )}
      </div>
      {description && (
        <div id={`${id}-description`} className="text-muted">
          {description}
        </div>
      )}
    </div>
  );
}
