import { Initials } from "./initials";

const sizes = { small: "size-5", medium: "size-7", large: "size-16" };

/** A person by their picture, else by their initials. The name itself stands beside it, so it is not read out. */
export function Avatar({
  person,
  size = "medium",
}: {
  person: { name: string; picture: string | null };
  size?: keyof typeof sizes;
}) {
  if (!person.picture) return <Initials name={person.name} size={size} />;
  return (
    // biome-ignore lint/performance/noImgElement: small as it is, and its route asks who may see it.
    <img
      src={person.picture}
      alt=""
      className={`shrink-0 rounded-full bg-sunken object-cover ${sizes[size]}`}
    />
  );
}
