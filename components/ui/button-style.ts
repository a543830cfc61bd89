import { clsx } from "clsx";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "small" | "medium";

const variants: Record<ButtonVariant, string> = {
  primary:
    "border border-transparent bg-text text-canvas hover:bg-[color-mix(in_oklab,var(--text)_86%,var(--canvas))]",
  secondary: "border border-field/60 bg-surface text-text hover:border-field hover:bg-hover",
  ghost: "text-text hover:bg-hover",
  danger:
    "border border-transparent bg-bad text-surface hover:bg-[color-mix(in_oklab,var(--bad)_88%,var(--text))]",
};

const sizes: Record<ButtonSize, string> = {
  small: "h-7 px-2.5 text-sm max-sm:h-9",
  medium: "h-9 px-3.5 text-base max-sm:h-11",
};

/** The classes of a button, for links that look like one. */
export function buttonStyle({
  variant = "secondary",
  size = "medium",
}: {
  variant?: ButtonVariant;
  size?: ButtonSize;
} = {}) {
  return clsx(
    "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-control font-medium transition-colors duration-150",
    "disabled:cursor-not-allowed disabled:opacity-50",
    variants[variant],
    sizes[size],
  );
}
