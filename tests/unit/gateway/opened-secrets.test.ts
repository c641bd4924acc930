import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { OpenedSecrets } from "@/lib/gateway/cache/opened-secrets";
import { parseOpeningKeys, parseSealingKeys, type VersionedKey } from "@/lib/platform/crypto/key-ring";
import type { Sealed } from "@/lib/platform/crypto/open";
import { sealSecret } from "@/lib/platform/crypto/seal";
import { Secret } from "@/lib/platform/crypto/secret";
import { sealingKeys } from "../../kit/database/sealing-keys";

const { SEALING_PUBLIC_KEY, SEALING_PRIVATE_KEYS } = sealingKeys();
const secrets = () => new OpenedSecrets(parseOpeningKeys(SEALING_PRIVATE_KEYS));

function sealed(): Sealed {
  const [keyId, merchantId] = [randomUUID() as string, randomUUID() as string];
  const made = sealSecret(
    { secret: new Secret("s".repeat(64)), keyId, merchantId },
    parseSealingKeys(SEALING_PUBLIC_KEY)[0] as VersionedKey,
  );
  return { ...made, sealed: new Uint8Array(made.sealed), keyId, merchantId };
}

test("a secret is opened once, however often and concurrently it is requested", async () => {
  const [opened, one] = [secrets(), sealed()];
  const [first, second] = await Promise.all([opened.open(one), opened.open({ ...one, sealed: one.sealed.slice() })]);
  expect(second).toBe(first);
  expect(await opened.open(one)).toBe(first);
});

test("what was opened for one key and merchant opens for no other, though the bytes are the same", async () => {
  const [opened, one] = [secrets(), sealed()];
  await opened.open(one);
  for (const stolen of [{ keyId: randomUUID() }, { merchantId: randomUUID() }]) {
    await expect(opened.open({ ...one, ...stolen })).rejects.toThrow("does not open");
  }
});

test("however many are requested at once, the event loop runs after every few", async () => {
  const [opened, many] = [secrets(), Array.from({ length: 200 }, sealed)];
  let [turns, open] = [0, true];
  const turning = () => {
    turns++;
    if (open) setImmediate(turning);
  };
  setImmediate(turning);
  await Promise.all(many.map((each) => opened.open(each)));
  open = false;
  expect(turns).toBeGreaterThanOrEqual(15);
});
