import { clsx } from "clsx";

export type InputSize = "small" | "medium";

const sizes: Record<InputSize, string> = { small: "h-8 px-2.5", medium: "h-9 px-3" };

/** The classes of a one-line input or select. */
export function inputStyle({
  size = "medium",
  mono = false,
}: {
  size?: InputSize | undefined;
  mono?: boolean;
} = {}) {
  return clsx(
    boxStyle,
    sizes[size],
    mono || size === "small" ? "text-sm" : "text-base",
    mono && "font-mono",
    "max-sm:h-11",
  );
}

/** Shared by inputs of any height. Text is 16 px on phones, which would otherwise zoom in on focus. */
export const boxStyle =
  "w-full min-w-0 scroll-my-10 rounded-control border border-field bg-surface text-text transition-colors duration-150 " +
  "hover:border-[color-mix(in_oklab,var(--field)_70%,var(--text))] focus-visible:outline-offset-0 focus-visible:border-accent " +
  "aria-invalid:border-bad disabled:cursor-not-allowed disabled:opacity-60 [&:is(input,textarea):read-only]:bg-sunken max-sm:text-lg";
