import { type HeldKey, newestHeld } from "../api-keys/sealing/held-keys";
import { ExpectedError } from "../ops/output.mjs";
import { parseSealingKeys } from "../platform/crypto/key-ring";
import { clientFor } from "../platform/db/open.mjs";

type Given = { APP_DATABASE_URL: string; SEALING_PUBLIC_KEY: string };

const SILENCE_MS = 2_000;

/**
 * Keeps a dashboard from starting if it would seal secrets that no gateway can open, and says why
 * in one sentence. If the database does not answer, or no gateway has registered its keys yet,
 * this is unknown: the dashboard starts, and every activation checks again.
 * @throws ExpectedError
 */
export async function checkSealingKeys({ APP_DATABASE_URL, SEALING_PUBLIC_KEY }: Given): Promise<void> {
  const held = await heldKeys(APP_DATABASE_URL).catch(() => []);
  try {
    newestHeld(parseSealingKeys(SEALING_PUBLIC_KEY), held);
  } catch (error) {
    throw new ExpectedError((error as Error).message);
  }
}

async function heldKeys(url: string): Promise<HeldKey[]> {
  const client = await clientFor(url, { connectionTimeoutMillis: SILENCE_MS, query_timeout: SILENCE_MS });
  try {
    await client.connect();
    return (await client.query<HeldKey>('SELECT version, public_key AS "publicKey" FROM sealing_keys')).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
