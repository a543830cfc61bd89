import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

/** The trace that a request belongs to, from its `traceparent` header. */
export type Trace = { traceId: string; flags: string };

const accessor = globalThis as typeof globalThis & { __keywardTraces?: AsyncLocalStorage<Trace> };
accessor.__keywardTraces ??= new AsyncLocalStorage();
/** Shared by Next.js's copies of this module, as runtime() is. */
const traces = accessor.__keywardTraces;

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent` (W3C Trace Context). Null for one that isn't valid: the request is then answered as without it. Later versions
 * of the standard only add to the end.
 */
export function readTraceparent(value: string | undefined): Trace | null {
  if (value === undefined) return null;
  const [, version, traceId = "", parentId = "", flags = "", more] = shape.exec(value) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return null;
  if (isAllZero(traceId) || isAllZero(parentId)) return null;
  // Only the two flags that are defined may be passed on: sampled, and that the id is random.
  return { traceId, flags: (Number.parseInt(flags, 16) & 3).toString(16).padStart(2, "0") };
}

function isAllZero(digits: string): boolean {
  return /^0+$/.test(digits);
}

/** Runs `work` and all that it starts in the trace of a `traceparent`, if that is a valid one. */
export function inTrace<Result>(traceparent: string | undefined, work: () => Result): Result {
  const trace = readTraceparent(traceparent);
  return trace ? traces.run(trace, work) : work();
}

/** The trace of the request that is being answered, for the log. */
export function currentTraceId(): string | undefined {
  return traces.getStore()?.traceId;
}

/**
 * The header for a request to another server that is made for the current one; none if that has no trace. `tracestate` isn't passed on:
 * it is text that a client chose, and the servers belong to others.
 */
export function traceHeaders(): Record<string, string> {
  const trace = traces.getStore();
  return trace ? { traceparent: `00-${trace.traceId}-${randomBytes(8).toString("hex")}-${trace.flags}` } : {};
}
