import pg from "pg";

/**
 * A statement of a transaction, built when its turn comes, because what it refers to may not exist
 * earlier.
 */
export type Step = () => [sql: string, values?: unknown[]];
export type ChangedKey = { keyId: string; number: number; merchantId: string; email: string };

/**
 * The event and the mail for a change of this key, as a writer other than the product might make
 * them.
 */
export const event =
  (
    of: () => ChangedKey,
    name: string,
    { data = {}, ...other }: { data?: object; keyId?: string; merchantId?: string } = {},
  ): Step =>
  () => [
    "INSERT INTO audit_events (event, actor_kind, merchant_id, api_key_id, data) VALUES ($1, 'user', $2, $3, $4)",
    [name, other.merchantId ?? of().merchantId, other.keyId ?? of().keyId, data],
  ];

export const mail =
  (of: () => ChangedKey, template: string, { data = {}, due = "now()" }: { data?: object; due?: string } = {}): Step =>
  () => {
    const { email, number, merchantId } = of();
    return [
      `INSERT INTO outbox (recipient, template, data, due_at) VALUES ($1, $2, $3, ${due})`,
      [
        email,
        template,
        { number, merchantId, by: "x", from: null, reason: "other", forGood: false, wasActive: true, ...data },
      ],
    ];
  };

export const change =
  (of: () => ChangedKey, columns: string): Step =>
  () => [`UPDATE api_keys SET ${columns} WHERE id = $1`, [of().keyId]];

/** Runs the steps as one transaction of this role, on a new connection. */
export async function transaction(url: string | undefined, ...steps: Step[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN");
    for (const step of steps) await client.query(...step());
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}
