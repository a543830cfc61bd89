import { Fragment } from "react";

/** A long text that may be broken after a character, such as a path after each slash. Copied, it is as it was. */
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
