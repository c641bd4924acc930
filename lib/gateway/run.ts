import { randomUUID } from "node:crypto";
import { version } from "../../package.json";
import type { KeyRing } from "../platform/crypto/key-ring";
import { LEASE_CONNECTION } from "./cache/lease-sql";
import { digestOfPublicKey } from "./sealing/canary";

/**
 * One run of a gateway, from its start to its end. `began` is read from its monotonic clock.
 * `opens` holds the digests of the public keys whose secrets it can open.
 */
export type Run = { id: string; name: string; version: string; began: number; opens: Buffer[] };

export const newRun = (name: string, ring?: Pick<KeyRing, "all">): Run => ({
  ...{ id: randomUUID(), name, version, began: performance.now() },
  opens: ring?.all.map(({ key }) => digestOfPublicKey(key)) ?? [],
});

/** The application name of a run's lease connections. A new one ends the run's earlier ones. */
export const leaseConnectionOf = ({ id }: Run): string => `${LEASE_CONNECTION}${id}`;
