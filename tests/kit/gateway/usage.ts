import { randomUUID } from "node:crypto";
import { openUsageDatabase, type UsageDatabase } from "@/lib/gateway/usage/database";
import { Usage } from "@/lib/gateway/usage/usage";
import { parseOpeningKeys } from "@/lib/platform/crypto/key-ring";
import { asOwner } from "./gateway-keys";

export const usageDatabase = (url = process.env.GATEWAY_DATABASE_URL as string): UsageDatabase =>
  openUsageDatabase(url, parseOpeningKeys(process.env.SEALING_PRIVATE_KEYS as string), () => undefined);

/** The counting part of a gateway, on a clock that the test controls. */
export const usageAt = (now: () => number, rejected?: (error: unknown) => void) =>
  new Usage(async () => [], now, randomUUID, rejected);

export const ANSWER = { status: 200, headers: [], body: "" };

/** The stored usage of a key, summed over all gateways. */
export async function usageOf(number: number): Promise<Record<string, number>> {
  const [row] = await asOwner<Record<string, number>>(
    `SELECT coalesce(sum(accepted), 0)::int AS accepted, coalesce(sum(bad_header_signature), 0)::int AS bad_header_signature,
       coalesce(sum(ip_not_allowed), 0)::int AS ip_not_allowed, coalesce(sum(bad_header_key), 0)::int AS bad_header_key, count(*)::int AS rows
     FROM key_usage WHERE key_number = $1`,
    [number],
  );
  return row ?? {};
}

export const refusalsOf = (number: number | null) =>
  asOwner<{
    reason: string;
    source: string;
    count: number;
    mistake: string | null;
    looked: boolean;
    first_at: Date;
    last_at: Date;
  }>(
    `SELECT reason, source, count::float8 AS count, mistake,
       looked_at IS NOT DISTINCT FROM last_at AS looked, first_at, last_at FROM refusals WHERE key_number IS NOT DISTINCT FROM $1 ORDER BY reason, source`,
    [number],
  );

export const lastUseOf = async (number: number) =>
  (
    await asOwner<{ at: Date; source: string }>("SELECT at, source FROM key_last_used WHERE key_number = $1", [number])
  )[0];
