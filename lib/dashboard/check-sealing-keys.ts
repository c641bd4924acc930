import { type HeldKey, newestHeld } from "../api-keys/sealing/held-keys";
import { ExpectedError } from "../ops/output.mjs";
import { parseSealingKeys } from "../platform/crypto/key-ring";
import { clientFor } from "../platform/db/open.mjs";

type Given = { APP_DATABASE_URL: string; SEALING_PUBLIC_KEY: string };

const SILENCE_MS = 2_000;

/**
 * A dashboard that would seal secrets which no gateway opens does not start, and says why in one
 * sentence. Where the database does not answer, or no gateway has registered its keys yet, nobody
 * can know: it starts, and each activation asks again.
 * @throws Stopped
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
