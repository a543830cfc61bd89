import { clsx } from "clsx";
import type { ReactNode } from "react";

export type Tone = "ok" | "warn" | "bad" | "neutral";

const tones: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  neutral: "text-muted",
};

/** A state with an icon, so that it doesn't depend on color alone. Without `icon`, a dot. */
export function Badge({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1.5 whitespace-nowrap font-medium text-sm [&_svg]:size-3.5 [&_svg]:shrink-0",
        tones[tone],
      )}
    >
      {icon ?? <span aria-hidden className="mx-0.5 size-1.5 rounded-full bg-current" />}
      {children}
    </span>
  );
}
