import type { Registry } from "prom-client";

type Described = { name: string; help: string; bounds: readonly number[]; registry: Registry };

/**
 * A histogram that is counted in an array and made into Prometheus' form when it is asked for: the library's own makes half a dozen objects for each
 * value. `bounds` rise.
 */
export function histogram({ name, help, bounds, registry }: Described): (value: number) => void {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  registry.registerMetric({
    name,
    get() {
      let count = 0;
      const buckets = [...bounds, "+Inf"].map((le, index) => {
        count += counts[index] as number;
        return { labels: { le }, value: count, metricName: `${name}_bucket` };
      });
      const totals = [
        { labels: {}, value: sum, metricName: `${name}_sum` },
        { labels: {}, value: count, metricName: `${name}_count` },
      ];
      return { name, help, type: "histogram", values: [...buckets, ...totals], aggregator: "sum" };
    },
  } as unknown as Parameters<Registry["registerMetric"]>[0]);
  return (value) => {
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
    counts[bucket] = (counts[bucket] as number) + 1;
    sum += value;
  };
}
