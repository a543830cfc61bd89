/** Calls the shared memory in a later turn, as a network would, and throws if it can't be reached. */
export type Ask = <Result>(name: string, read: () => Result) => Promise<Result>;
