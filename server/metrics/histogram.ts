import type { Metric, Registry } from "prom-client";
import { latencyBounds } from "@/lib/engine/log/log-counts";
import type { Runtime } from "@/lib/server/runtime";

const name = "keyward_decision_seconds";

/**
 * The histogram of how long decisions take. prom-client's own takes four times as long for each value, so ours is counted in the access log,
 * and prom-client only writes it.
 */
export function addDecisionSeconds(registry: Registry, { engine: { accessLog } }: Runtime): void {
  const { latencies } = accessLog.counts;
  const get = async () => {
    let below = 0;
    const values = Array.from(latencies.counts, (count, index) => {
      below += count;
      const bound = latencyBounds[index];
      const le = bound === undefined ? "+Inf" : bound / 1000;
      return { metricName: `${name}_bucket`, labels: { le }, value: below };
    });
    return {
      name,
      help: "From the beginning of a decision about a key until it can be answered, with its entry on disk.",
      type: "histogram",
      aggregator: "sum",
      values: [
        ...values,
        { metricName: `${name}_sum`, labels: {}, value: latencies.sumMs / 1000 },
        { metricName: `${name}_count`, labels: {}, value: below },
      ],
    };
  };
  registry.registerMetric({ name, get, reset() {} } as unknown as Metric);
}
