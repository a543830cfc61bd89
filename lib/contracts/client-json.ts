/** A field that validation would drop without a word, so that part of what was sent would be lost. */
const unusableName = "__proto__";
export const unusableNameMessage = `A field can't be named ${unusableName}.`;

/** Parses JSON from outside. @throws SyntaxError, with `unusableNameMessage` for a field that can't be validated. */
export function parseClientJson(text: string): unknown {
  return JSON.parse(text, (name, value) => {
    if (name === unusableName) throw new SyntaxError(unusableNameMessage);
    return value;
  });
}
