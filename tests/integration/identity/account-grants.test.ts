import pg from "pg";
import { expect, test } from "vitest";

const TABLES = ["recovery_codes", "device_moves", "passkeys", "passkey_challenges"];
const ROLES = { "the support desk": "SUPPORT_DATABASE_URL", "the gateway": "GATEWAY_DATABASE_URL" };

for (const [who, variable] of Object.entries(ROLES)) {
  test.each(TABLES)(`${who} is refused %s by the database itself`, async (table) => {
    const client = new pg.Client({ connectionString: process.env[variable] });
    await client.connect();
    try {
      for (const statement of [`SELECT 1 FROM ${table}`, `DELETE FROM ${table}`]) {
        await expect(client.query(statement)).rejects.toThrow("permission denied");
      }
    } finally {
      await client.end();
    }
  });
}

const challenge = (columns: string, values: string) =>
  `INSERT INTO passkey_challenges (challenge, ${columns}) VALUES (md5(random()::text), ${values})`;

test.each<[string, string]>([
  [
    "for a step-up without what it is bound to",
    challenge("purpose, user_id, session_id", "'step_up', (SELECT id FROM u), gen_random_uuid()"),
  ],
  ["for a login that names a user", challenge("purpose, user_id", "'login', (SELECT id FROM u)")],
  ["for anything else", challenge("purpose", "'anything'")],
])("a challenge %s is refused by the database", async (_, insert) => {
  const client = new pg.Client({ connectionString: process.env.APP_DATABASE_URL });
  await client.connect();
  try {
    const user = "INSERT INTO users (email, name) VALUES (md5(random()::text) || '@acme.example', 'Mara') RETURNING id";
    await expect(client.query(`WITH u AS (${user}) ${insert}`)).rejects.toThrow("passkey_challenges_for_one_thing");
  } finally {
    await client.end();
  }
});
