/** The same on every line, so they are left out. */
const constant = new Set(["level", "time", "msg", "version", "pid", "instance"]);

const levels: [least: number, name: string, color: number][] = [
  [60, "FATAL", 31],
  [50, "ERROR", 31],
  [40, "WARN ", 33],
  [30, "INFO ", 32],
  [20, "DEBUG", 34],
  [0, "TRACE", 90],
];

/**
 * A line of the log for people: `14:03:22.123 WARN  what happened requestId=req_…`, with the time of this machine. Further lines and
 * stack traces follow, indented. What terminals obey is escaped, so that text from a client can neither forge a line nor move the cursor.
 */
export function prettyLine(json: string, colors: boolean): string {
  let facts: Record<string, unknown>;
  try {
    facts = JSON.parse(json);
  } catch {
    return json;
  }
  const paint = (color: number, text: string) => (colors ? `\x1b[${color}m${text}\x1b[0m` : text);
  const [, level, color] = levels.find(([least]) => Number(facts.level) >= least) ?? [0, "     ", 0];
  const [first = "", ...more] = String(facts.msg ?? "").split("\n");
  const head = [paint(90, timeOfDay(String(facts.time))), paint(color, level), escaped(first)];
  const stacks = more.length > 0 ? [more.join("\n")] : [];
  for (const [name, value] of Object.entries(facts)) {
    if (constant.has(name)) continue;
    const { stack, text } = split(value);
    if (stack !== null) stacks.push(stack);
    if (text !== "") head.push(`${paint(90, `${escaped(name)}=`)}${text}`);
  }
  const lines = stacks.flatMap((stack) => stack.split("\n").map((line) => `    ${escaped(line.trim())}`));
  return `${[head.join(" "), ...lines].join("\n")}\n`;
}

/** A stack is text with the lines of one, or the `stack` of an error. It begins with the error's name and message. */
function split(value: unknown): { stack: string | null; text: string } {
  if (typeof value === "string" && /\n\s+at /.test(value)) return { stack: value, text: "" };
  const { stack, ...rest } = (typeof value === "object" && value !== null ? value : {}) as {
    stack?: unknown;
  };
  if (typeof stack === "string") return { stack, text: "code" in rest ? escaped(String(rest.code)) : "" };
  return { stack: null, text: asText(value) };
}

function asText(value: unknown): string {
  const text =
    typeof value === "string" && !/["\s=]/.test(value) && value !== "" ? value : JSON.stringify(value);
  return escaped(text);
}

/** Control characters and those that change the direction of text, as `\u{1b}`. */
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`,
  );
}

function timeOfDay(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const two = (value: number) => String(value).padStart(2, "0");
  const milliseconds = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${milliseconds}`;
}
