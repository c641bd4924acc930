import { randomUUID } from "node:crypto";
import { version } from "../../package.json";
import { LEASE_CONNECTION } from "./lease-sql";

/** One run of a gateway, from its start to its end. `began` is on its monotonic clock. */
export type Run = { id: string; name: string; version: string; began: number };

export const newRun = (name: string): Run => ({ id: randomUUID(), name, version, began: performance.now() });

/** What a run's lease connections are called. A later one ends the earlier ones of its run. */
export const leaseConnectionOf = ({ id }: Run): string => `${LEASE_CONNECTION}${id}`;
