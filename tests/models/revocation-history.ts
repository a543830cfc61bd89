/** Calls with keys and the confirmations of their revocations, all timed by the clock of the calling process. */
export type Call = { key: string; instance: number; startedAt: number; endedAt: number; status: number };
export type Revocation = { key: string; sentAt: number; answeredAt: number };

/** Allowed calls that began after the revocation of their key was confirmed. There must be none. */
export function wrongAllows(calls: Call[], revocations: Revocation[]): Call[] {
  const answered = new Map<string, number>();
  for (const { key, answeredAt } of revocations)
    answered.set(key, Math.min(answeredAt, answered.get(key) ?? Number.POSITIVE_INFINITY));
  return calls.filter(
    ({ key, startedAt, status }) =>
      status === 200 && startedAt > (answered.get(key) ?? Number.POSITIVE_INFINITY),
  );
}

/** Allowed calls that began after the same instance had denied the same key. There must be none. */
export function allowsAfterDenial(calls: Call[]): Call[] {
  const denied = new Map<string, number>();
  for (const call of calls)
    if (call.status === 401) {
      const id = `${call.instance} ${call.key}`;
      denied.set(id, Math.min(call.endedAt, denied.get(id) ?? Number.POSITIVE_INFINITY));
    }
  return calls.filter(
    ({ key, instance, startedAt, status }) =>
      status === 200 && startedAt > (denied.get(`${instance} ${key}`) ?? Number.POSITIVE_INFINITY),
  );
}

/** Calls that were in progress while their key was being revoked. A history without them proves nothing. */
export function callsDuringRevocation(calls: Call[], revocations: Revocation[]): Call[] {
  const times = new Map(revocations.map((revocation) => [revocation.key, revocation]));
  return calls.filter(({ key, startedAt, endedAt, status }) => {
    const revocation = times.get(key);
    return status !== 0 && revocation && endedAt > revocation.sentAt && startedAt < revocation.answeredAt;
  });
}
