import os from "node:os";

/** The machine on which the figures are valid, without its host name. */
export function machine(): string {
  const [{ model } = { model: "unknown" }] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.cpus().length} cores (${model.trim()}), ${memory} GiB, ${os.type()} ${os.arch()}, Node ${process.versions.node}`;
}

/**
 * The average number of processes that wanted a processor in the last minute. Three are this
 * benchmark's.
 */
export const loadOfMachine = () => `machine's load ${os.loadavg()[0]?.toFixed(1)}`;
