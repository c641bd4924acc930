import type pg from "pg";
import { inOwnersTransaction, onOwnConnection } from "./owner";

/**
 * Inserts or changes keys as the owner of this worker's database, in one transaction with the
 * events and mails that the database requires. Resolves to the statement's rows once the commit is
 * acknowledged.
 */
export function changeKeys<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return inOwnersTransaction(async (client) => {
    const { rows } = await client.query<Row>(sql, values);
    await recordChanges(client);
    return rows;
  });
}

/**
 * The same as a superuser with triggers off, as a restore does it: nothing is notified, stamped or
 * refused.
 */
export async function restoreKeys(sql: string, values: unknown[] = []): Promise<void> {
  await onOwnConnection(async (client) => {
    await client.query("SET session_replication_role = replica");
    await client.query(sql, values);
  });
}

/**
 * Writes, in an open transaction, the events and mails without which the database would refuse its
 * key changes.
 */
export async function recordChanges(client: pg.ClientBase): Promise<void> {
  for (let refusal = await refusalOf(client); refusal; refusal = await refusalOf(client)) {
    const { number, what, name } = refusal;
    await client.query(what === "event" ? EVENT : MAILS, [number, name]);
  }
}

type Refusal = { number: number; what: "event" | "mail"; name: string };

const CONSTRAINT = "api_keys_no_event_no_change";
const MISSING = /^key (\d+) changed without (?:its (event)|a (mail) to its Owners): ([\w.]+)$/;

/**
 * What the database would refuse at COMMIT. The missing rows are written after the savepoint is
 * released or rolled back, or they would not count.
 */
async function refusalOf(client: pg.ClientBase): Promise<Refusal | null> {
  await client.query("SAVEPOINT asked");
  try {
    await client.query(
      `SET CONSTRAINTS ${CONSTRAINT} IMMEDIATE; SET CONSTRAINTS ${CONSTRAINT} DEFERRED; RELEASE asked`,
    );
    return null;
  } catch (error) {
    const [, number, event, mail, name] = MISSING.exec((error as Error).message) ?? [];
    if (!name) throw error;
    await client.query("ROLLBACK TO asked; RELEASE asked");
    return { number: Number(number), what: (event ?? mail) as "event" | "mail", name };
  }
}

const EVENT = `
  INSERT INTO audit_events (event, actor_kind, merchant_id, api_key_id, data)
  SELECT $2, 'system', merchant_id, id, jsonb_build_object('number', number, 'status', status, 'first', true, 'reason', 'other',
    'allowedIps', allowed_ips, 'before', '[]'::jsonb, 'after', allowed_ips) FROM api_keys WHERE number = $1`;

const MAILS = `
  INSERT INTO outbox (recipient, template, data)
  SELECT u.email, $2, jsonb_build_object('merchantId', k.merchant_id, 'number', k.number, 'by', 'kit', 'from', NULL, 'reason', 'other',
    'forGood', true, 'wasActive', true, 'allowedIps', k.allowed_ips, 'before', '[]'::jsonb, 'after', k.allowed_ips)
  FROM api_keys k JOIN memberships m ON m.merchant_id = k.merchant_id AND m.role = 'owner' JOIN users u ON u.id = m.user_id
  WHERE k.number = $1 AND u.disabled_at IS NULL`;
