import { Initials } from "./initials";

const sizes = { small: "size-5", medium: "size-7", large: "size-16" };

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
