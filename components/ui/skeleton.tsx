import { clsx } from "clsx";

/** A grey shape of what will stand here, from 150 ms on. Give it the size of the real thing. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={clsx("block animate-appear rounded-sm", className)}>
      <span className="block size-full animate-breathe rounded-[inherit] bg-line" />
    </span>
  );
}
