/** The server's routes judge by the same rule. */
export { safeCallbackPath } from "@/lib/contracts/safe-callback-path";
