import type { DecisionResults } from "./decisions";
import type { Growth } from "./growth";
import type { LogWriting } from "./log-writing";
import type { Machine } from "./machine";
import type { Pace } from "./options";
import type { Refusals } from "./refusals";
import type { Starts } from "./starts";

/** All that one run has found: what is printed, kept and drawn is made of this alone. */
export type Results = {
  at: string;
  machine: Machine;
  pace: Pace;
  decisions: DecisionResults;
  refusals: Refusals;
  logWriting: LogWriting;
  growth: Growth;
  starts: Starts;
};
