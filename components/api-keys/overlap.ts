/** Choices for how long the old key of a rotation keeps working, by their value in a select. */
export const overlapChoices = [
  { value: "0", label: "Now", hint: "The old key stops at once" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "24 hours" },
  { value: "604800", label: "7 days" },
  { value: "open", label: "Until I finish" },
];
export const defaultOverlap = "86400";

/** Null: until the rotation is finished. */
export function overlapSecondsOf(choice: string): number | null {
  return choice === "open" ? null : Number(choice);
}
