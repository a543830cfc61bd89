import { useState } from "react";

export type TypedValue<Value> = {
  text: string;
  error: string | undefined;
  /** What was last read of the text: while it is half typed, the value before. */
  value: Value;
  onText: (text: string) => void;
};

/** Text that a person types and what it means. @param read Gives a sentence that says what is wrong where it means nothing. */
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
