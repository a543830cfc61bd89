import type { DecisionResults } from "./decisions";
import type { EventResults } from "./events";
import type { Growth } from "./growth";
import type { LogResults } from "./log-reading";
import type { LogWriting } from "./log-writing";
import type { Machine } from "./machine";
import type { Pace } from "./options";
import type { Refusals } from "./refusals";
import type { Starts } from "./starts";

/** The results of one run, from which everything is printed, saved and drawn. */
export type Results = {
  at: string;
  machine: Machine;
  pace: Pace;
  decisions: DecisionResults;
  refusals: Refusals;
  logWriting: LogWriting;
  growth: Growth;
  starts: Starts;
  events: EventResults;
  /** Measured with --log only. */
  log?: LogResults;
};
