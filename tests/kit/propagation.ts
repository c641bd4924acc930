import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import type { Propagation } from "@/lib/api-keys/propagation-words";
import { asOwner } from "./owner";
import { waitedOut } from "./waited-out";

/** A row of a gateway that never acknowledges anything, until the test is over. */
export async function silentGateway(name = "silent"): Promise<{ id: string; remove(): Promise<void> }> {
  const id = randomUUID() as string;
  await asOwner("INSERT INTO gateways (id, name, version, started) VALUES ($1, $2, '0', now())", [id, name]);
  const remove = async () => void (await asOwner("DELETE FROM gateways WHERE id = $1", [id]));
  onTestFinished(remove);
  return { id, remove };
}

const MOST_WAITS = 20;

/** Again where a gateway had no processor for so long that the wait ended by time. */
export const endedByGateways = <T extends { propagation: Propagation | null }>(wait: () => Promise<T>): Promise<T> =>
  waitedOut(wait, ({ propagation }) => propagation?.endedBy !== "gateways", MOST_WAITS);
