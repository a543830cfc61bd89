/** A person as one or two letters. The name itself stands beside it, so it is not read out. */
export function Initials({ name, size = "medium" }: { name: string; size?: "medium" | "large" }) {
  return (
    <span
      aria-hidden
      className={`grid shrink-0 place-items-center rounded-full bg-sunken font-medium text-muted uppercase ring-1 ring-line ring-inset ${size === "large" ? "size-16 text-xl" : "size-7 text-xs"}`}
    >
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return letters.join("");
}
