import os from "node:os";

/** What the figures hold for; no name of a host. */
export function machine(): string {
  const [{ model } = { model: "unknown" }] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} cores (${model.trim()}), ${memory} GiB, ${os.type()} ${os.arch()}, Node ${process.versions.node}`;
}

/** How many processes wanted a processor, on average over a minute: three are this bench's own. */
export const loadOfMachine = () => `machine's load ${os.loadavg()[0]?.toFixed(1)}`;
