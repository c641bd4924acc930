import type { TestGateway } from "./gateway";
import { type Reply, send } from "./gateway-requests";

export type Sample = { name: string; labels: Record<string, string>; value: number };

export const scrape = ({ metricsPort }: TestGateway): Promise<Reply> =>
  send(`http://127.0.0.1:${metricsPort}/metrics`, { method: "GET" });

/** The samples that Prometheus would read from a gateway. */
export async function samplesOf(gateway: TestGateway): Promise<Sample[]> {
  const { status, body } = await scrape(gateway);
  if (status !== 200) throw new Error(`the metrics' port answers ${status}`);
  return body
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** 0 if there is no such sample. */
export async function metricOf(
  gateway: TestGateway,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const wanted = Object.entries(labels);
  const found = (await samplesOf(gateway)).find(
    (each) =>
      each.name === `countersign_gateway_${name}` && wanted.every(([label, text]) => each.labels[label] === text),
  );
  return found?.value ?? 0;
}
