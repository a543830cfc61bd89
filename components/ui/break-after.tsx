import { Fragment } from "react";

/** A text that may wrap after a character, such as a path after each slash. Copying it gives the original text. */
export function BreakAfter({ text, separator }: { text: string; separator: string }) {
  const parts = text.split(separator);
  return parts.map((part, index) => (
    <Fragment key={parts.slice(0, index + 1).join(separator)}>
      {part}
      {index < parts.length - 1 && (
        <>
          {separator}
          <wbr />
        </>
      )}
    </Fragment>
  ));
}
