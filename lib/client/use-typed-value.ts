import { useState } from "react";

export type TypedValue<Value> = {
  text: string;
  error: string | undefined;
  /** The last valid value. */
  value: Value;
  onText: (text: string) => void;
};

/** A typed text and its parsed value. @param read Returns an error message if the text isn't valid. */
export function useTypedValue<Value>(
  initial: string,
  read: (text: string) => Value | string,
): TypedValue<Value> {
  const [text, setText] = useState(initial);
  const [value, setValue] = useState(() => read(initial) as Value);
  const meaning = read(text);
  return {
    text,
    error: typeof meaning === "string" ? meaning : undefined,
    value,
    onText(typed) {
      setText(typed);
      const typedMeaning = read(typed);
      if (typeof typedMeaning !== "string") setValue(() => typedMeaning);
    },
  };
}
