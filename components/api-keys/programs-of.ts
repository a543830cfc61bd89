import type { KeyCaller } from "@/lib/contracts/key-callers";

/** One caller for each address block and client, whatever it calls. @param callers The last one first. */
export function programsOf(callers: KeyCaller[]): KeyCaller[] {
  const programs = new Map<string, KeyCaller>();
  for (const caller of callers) {
    const id = `${caller.block}\n${caller.client}`;
    const program = programs.get(id);
    if (program) {
      program.allowed += caller.allowed;
      program.denied += caller.denied;
      if (caller.firstAt < program.firstAt) program.firstAt = caller.firstAt;
    } else programs.set(id, { ...caller, method: null, route: null });
  }
  return [...programs.values()];
}
