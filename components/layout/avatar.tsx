const sizes = { small: "size-5", medium: "size-7", large: "size-16" };
const textSizes = { small: "text-[0.625rem]", medium: "text-xs", large: "text-xl" };

/** A person's picture, or their initials. Hidden from assistive technology, as the name stands beside it. */
export function Avatar({
  person,
  size = "medium",
}: {
  person: { name: string; picture: string | null };
  size?: keyof typeof sizes;
}) {
  if (!person.picture) return <Initials name={person.name} size={size} />;
  return (
    // biome-ignore lint/performance/noImgElement: the picture is small, and its route checks the session.
    <img
      src={person.picture}
      alt=""
      className={`shrink-0 rounded-full bg-sunken object-cover ${sizes[size]}`}
    />
  );
}

function Initials({ name, size }: { name: string; size: keyof typeof sizes }) {
  return (
    <span
      aria-hidden
      className={`grid shrink-0 place-items-center rounded-full bg-sunken font-medium text-muted uppercase ring-1 ring-line ring-inset ${sizes[size]} ${textSizes[size]}`}
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
