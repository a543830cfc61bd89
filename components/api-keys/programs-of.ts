import type { KeyCaller } from "@/lib/contracts/key-callers";

/** One caller for each address block and client, whatever it calls. @param callers The last one first. */
export function programsOf(callers: KeyCaller[]): KeyCaller[] {
  const programs = new Map<string, KeyCaller>();
  for (const caller of callers) {
    const id = `${caller.block}\n${caller.client}`;
    if (!programs.has(id)) programs.set(id, caller);
  }
  return [...programs.values()];
}
