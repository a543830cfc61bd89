import { clsx } from "clsx";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Tone } from "./badge";

const icons = { ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert, neutral: Info };
const colors: Record<Tone, string> = {
  ok: "border-ok/40 [&>svg]:text-ok",
  warn: "border-warn/40 [&>svg]:text-warn",
  bad: "border-bad/40 [&>svg]:text-bad",
  neutral: "border-line [&>svg]:text-muted",
};

/** An important message. `bad` is announced immediately; the others are notes. */
export function Alert({
  tone = "bad",
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div
      role={tone === "bad" ? "alert" : "note"}
      className={clsx("flex gap-2.5 rounded-control border bg-surface px-3 py-2.5", colors[tone])}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="grid min-w-0 gap-0.5">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className={clsx(title && "text-muted")}>{children}</div>}
      </div>
    </div>
  );
}
