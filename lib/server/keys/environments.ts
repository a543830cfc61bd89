/** What a key is for where nothing else is said. Its keys may make and manage keys of every environment. */
export const defaultEnvironment = "production";

/** Whether a key of the environment `outer` may make and manage keys of `inner`: any but a production key only those of its own. */
export function isEnvironmentWithin(inner: string, outer: string): boolean {
  return outer === defaultEnvironment || inner === outer;
}
