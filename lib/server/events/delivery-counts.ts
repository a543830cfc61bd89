/** What the deliverer of this process did, for its metrics. A pending delivery is attempted again. */
export const deliveryCounts = { underWay: 0, attempts: { delivered: 0, pending: 0, failed: 0 } };
