import type { IncomingMessage, ServerResponse } from "node:http";
import type { Runtime } from "@/lib/server/runtime";
import type { RequestFacts } from "./request-facts";

/** What a route of the process itself is called with. */
export type ProcessRequest = {
  request: IncomingMessage;
  response: ServerResponse;
  facts: RequestFacts;
  server: Runtime;
  /** The process no longer accepts connections. */
  isStopping: boolean;
};
