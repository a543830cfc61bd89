/** Keeps or drops the parts between the lines `# NAME: …` and `# NAME end.`. The end lines are always dropped. */
export function section(text: string, name: string, isKept: boolean): string {
  const part = new RegExp(`^[ \\t]*# ${name}: [^]*?\\n[ \\t]*# ${name} end\\.\\n`, "gm");
  if (!part.test(text)) throw new Error(`There is no part for "${name}".`);
  return text.replace(part, (found) =>
    isKept ? found.slice(0, found.lastIndexOf("\n", found.length - 2) + 1) : "",
  );
}
