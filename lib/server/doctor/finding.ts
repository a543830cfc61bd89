import { type FindingId, findingTexts } from "./finding-texts";

export const severities = ["ok", "note", "warning", "problem"] as const;
export type Severity = (typeof severities)[number];

/** The result of one check. */
export type Finding = {
  id: FindingId;
  severity: Severity;
  /** What was found. */
  what: string;
  /** Why it matters. */
  why: string;
  /** What to do. Null if nothing has to be done. */
  mend: string | null;
};

type Make = (id: FindingId, what: string, mend?: string) => Finding;

export const ok: Make = (id, what) => ({ id, severity: "ok", what, why: findingTexts[id].why, mend: null });
/** Worth knowing. Nothing has to be done. */
export const note: Make = (id, what, mend) => finding("note", id, what, mend);
/** Works now, and will cause trouble or weakens a guarantee. */
export const warning: Make = (id, what, mend) => finding("warning", id, what, mend);
/** Doesn't work, or a guarantee doesn't hold. */
export const problem: Make = (id, what, mend) => finding("problem", id, what, mend);

/** @param mend Instead of the usual advice for this check. */
function finding(severity: Severity, id: FindingId, what: string, mend?: string): Finding {
  return { id, severity, what, why: findingTexts[id].why, mend: mend ?? findingTexts[id].mend };
}

/** An error in one line. A connection to a host with several addresses fails with an error for each, and no message. */
export function reasonOf(error: unknown): string {
  const { message, errors, code } = error as AggregateError & { code?: string };
  const text = message || errors?.map((one: Error) => one.message).join(", ") || code || "no answer";
  return text.split("\n").find((line) => line.trim() !== "") ?? text;
}
