import { clsx } from "clsx";

/** A placeholder that appears after 150 ms. Give it the size of the content. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={clsx("block animate-appear rounded-sm", className)}>
      <span className="block size-full animate-breathe rounded-[inherit] bg-line" />
    </span>
  );
}
