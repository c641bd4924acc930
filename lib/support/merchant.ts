import type { RunSql } from "../platform/db/db";
import type { MerchantId } from "../platform/ids";

/** A merchant and the present state of its keys. */
export type SupportMerchant = {
  id: string;
  number: number;
  name: string;
  mode: "live" | "test";
  since: string;
  active: { number: number; since: string; allowedIps: string[]; received: boolean } | null;
  deactivating: number | null;
  waiting: number | null;
  /** The key that waits to take over. */
  standby: number | null;
  any: boolean;
};

export const LAST_NUMBER = 2_147_483_647;

type Head = Omit<SupportMerchant, "since" | "active"> & { createdAt: Date };
type Active = { number: number; activatedAt: Date; allowedIps: string[]; received: boolean };

export async function readMerchant(runSql: RunSql, merchantId: MerchantId): Promise<SupportMerchant> {
  const [head] = await runSql<Head>(
    `SELECT id, number, name, mode::text AS mode, created_at AS "createdAt", ${keyFacts()} FROM merchants m WHERE id = $1::uuid`,
    [merchantId],
  );
  if (!head) throw new Error("The merchant is gone.");
  const [active] = await runSql<Active>(
    `SELECT number, activated_at AS "activatedAt", allowed_ips AS "allowedIps", secret_received_at IS NOT NULL AS received
     FROM api_keys WHERE merchant_id = $1::uuid AND status = 'active'`,
    [merchantId],
  );
  const { createdAt, ...rest } = head;
  return { ...rest, since: createdAt.toISOString(), active: active ? toActive(active) : null };
}

/** Columns for the state of the keys of merchant `m`, without the active one. */
export const keyFacts = () => `
  (SELECT number FROM api_keys WHERE merchant_id = m.id AND ${DEACTIVATING} ORDER BY deactivated_at DESC LIMIT 1) AS deactivating,
  ${newest("status = 'generated'")} AS waiting,
  (SELECT number FROM api_keys WHERE merchant_id = m.id AND status = 'standby' AND status_now(status, standby_until) = 'standby') AS standby,
  coalesce(${newest("status <> 'retired'")}, ${newest("status = 'retired'")}) IS NOT NULL AS any`;

/** A row comparison, as in lib/api-keys/reads/pages: no other merchant's keys are scanned. */
const newest = (condition: string) => `(SELECT number FROM api_keys
  WHERE (merchant_id, number) > (m.id, 0) AND (merchant_id, number) < (m.id, ${LAST_NUMBER}) AND ${condition}
  ORDER BY merchant_id DESC, number DESC LIMIT 1)`;

/** As in lib/api-keys/lock-key: it is not yet certain that every gateway refuses the key. */
export const DEACTIVATING =
  "(status IN ('inactive', 'retired') AND deactivated_at IS NOT NULL AND refused_everywhere_at IS NULL)";

const toActive = ({ activatedAt, ...active }: Active) => ({ ...active, since: activatedAt.toISOString() });
