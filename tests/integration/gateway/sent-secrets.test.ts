import { afterAll, expect, test } from "vitest";
import { SentSecrets } from "@/lib/gateway/auth/sent-secrets";
import { digestOf, fingerprintOf } from "@/lib/platform/crypto/digest";
import { insertKey, randomLetters, type StoredKey } from "../../kit/gateway/gateway-keys";
import { usageDatabase } from "../../kit/gateway/usage";

const database = usageDatabase();
afterAll(() => database.close());

/** Recognises secrets by the real database, and counts what it is asked. */
function counted(most?: number) {
  const asked: string[][] = [];
  const ask = (fingerprints: string[]) => {
    asked.push(fingerprints);
    return database.keysOfSecrets(fingerprints);
  };
  return { sent: new SentSecrets(ask, most), asked };
}

const fingerprint = ({ secret }: StoredKey) => fingerprintOf(digestOf(Buffer.from(secret)));
const header = (secret: string) => ["X-Api-Secret", secret];

test("of more keys than the cache holds, each is recognized", async () => {
  const keys = await Promise.all(Array.from({ length: 3 }, () => insertKey()));
  const { sent } = counted(1);
  for (const key of keys) sent.remember({ fingerprint: fingerprint(key), number: key.number });
  const found = await Promise.all(keys.map(({ secret }) => sent.find(header(secret))));
  expect(found).toEqual(keys.map(({ number }) => [{ number, mistake: "secret_sent" }]));
});

test.each(["inactive", "retired", "standby"] as const)(
  "the secret of a key that is %s is recognized too",
  async (status) => {
    const key = await insertKey({ status });
    expect(await counted().sent.find(header(key.secret))).toMatchObject([{ number: key.number }]);
  },
);

test("texts that arrive at once are looked up in one statement, by their fingerprints only, each once", async () => {
  const keys = await Promise.all([insertKey(), insertKey()]);
  const token = randomLetters(64);
  const { sent, asked } = counted();
  const ask = () => Promise.all([...keys.map(({ secret }) => secret), token].map((text) => sent.find(header(text))));
  expect(await ask()).toEqual([...keys.map(({ number }) => [{ number, mistake: "secret_sent" }]), null]);
  expect(await ask()).toEqual([...keys.map(({ number }) => [{ number, mistake: "secret_sent" }]), null]);
  expect(asked).toEqual([[...keys.map(fingerprint), expect.stringMatching(/^[0-9a-f]{16}$/)]]);
});

test("a flood of made-up texts costs the database ten statements a second with a hundred texts each, and evicts no cached key", async () => {
  const key = await insertKey();
  const { sent, asked } = counted();
  sent.remember({ fingerprint: fingerprint(key), number: key.number });
  const began = performance.now();
  const waits: unknown[] = [];
  for (let round = 0; round < 4; round++) {
    const finds = Array.from({ length: 500 }, () => sent.find(header(randomLetters(64))));
    expect(finds.filter((found) => found !== null)).toHaveLength(100);
    expect(sent.find(header(key.secret))).toMatchObject([{ number: key.number }]);
    waits.push(await Promise.all(finds));
  }
  expect(asked.map(({ length }) => length)).toEqual([100, 100, 100, 100]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(390);
});

test("a database that does not answer is queried again for the next text", async () => {
  const key = await insertKey();
  let fails = true;
  const sent = new SentSecrets((fingerprints) =>
    fails ? Promise.reject(new Error("the database is gone")) : database.keysOfSecrets(fingerprints),
  );
  await expect(sent.find(header(key.secret))).rejects.toThrow("gone");
  fails = false;
  expect(await sent.find(header(key.secret))).toMatchObject([{ number: key.number }]);
});

test("of several secrets in one request each is found once, in their order, whether remembered or looked up", async () => {
  const keys = await Promise.all([insertKey(), insertKey(), insertKey()]);
  const [first, second, third] = keys as [StoredKey, StoredKey, StoredKey];
  const { sent, asked } = counted();
  sent.remember({ fingerprint: fingerprint(second), number: second.number });
  const headers = [first, second, third, first].flatMap(({ secret }, n) => [`X-Secret-${n}`, secret]);
  const found = keys.map(({ number }) => ({ number, mistake: "secret_sent" }));
  expect(await sent.find(headers)).toEqual(found);
  expect(sent.find(headers)).toEqual(found);
  expect(asked).toEqual([[fingerprint(first), fingerprint(third)]]);
});

test("at most eight texts of one request are looked into", async () => {
  const keys = await Promise.all(Array.from({ length: 9 }, () => insertKey()));
  const { sent } = counted();
  const headers = keys.flatMap(({ secret }, n) => [`X-Secret-${n}`, secret]);
  expect(await sent.find(headers)).toHaveLength(8);
});

test("a database that does not answer loses no secret that is remembered", async () => {
  const [known, unknown] = [await insertKey(), await insertKey()];
  const sent = new SentSecrets(() => Promise.reject(new Error("the database is gone")));
  sent.remember({ fingerprint: fingerprint(known), number: known.number });
  expect(await sent.find([...header(unknown.secret), ...header(known.secret)])).toMatchObject([
    { number: known.number },
  ]);
});
