import { forwardAuthOperations } from "./forward-auth-operations";
import { keyOperations } from "./key-operations";
import type { Operation } from "./operation";
import { processOperations } from "./process-operations";
import { serviceOperations } from "./service-operations";

/** Every operation of the public HTTP interface by its id. */
export const operations: Record<string, Operation> = {
  ...keyOperations,
  ...serviceOperations,
  ...forwardAuthOperations,
  ...processOperations,
};
