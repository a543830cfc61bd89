/** A person or a workspace as one or two letters. The name itself stands beside it, so it is not read out. */
export function Initials({ name, square = false }: { name: string; square?: boolean }) {
  return (
    <span
      aria-hidden
      className={`grid size-7 shrink-0 place-items-center bg-sunken font-medium text-muted text-xs uppercase ring-1 ring-line ring-inset ${square ? "rounded-control" : "rounded-full"}`}
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
