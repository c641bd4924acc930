import { expect, test } from "vitest";
import { writeNote } from "@/lib/api-keys/note";
import { findKeys } from "@/lib/api-keys/reads/queries";
import { activated, freshProof, generated, storedKey, unwrap } from "../../kit/people/api-keys";
import { makeOwner } from "../../kit/people/people";

test("keys are found by the beginning of their ID or text and by any part of their note, only of their own merchant", async () => {
  const owner = await makeOwner();
  const [a, b] = [await generated(owner), await activated(owner)];
  const found = async (words: string) => (await findKeys(owner.merchantId, words)).keys.map(({ number }) => number);
  const begins = await Promise.all(
    [b, a].map(async ({ id, number }) => (await storedKey(id)).key.startsWith(String(a.number)) && number),
  );
  expect(await found(String(a.number))).toEqual(
    [b.number, a.number].filter((number) => number === a.number || begins.includes(number)),
  );
  unwrap(await writeNote(owner.member, { keyId: b.id, note: "Billing 100% server" }, freshProof(owner)));
  expect(await found((await storedKey(a.id)).key.slice(0, 8))).toEqual([a.number]);
  expect(await found("billing")).toEqual([b.number]);
  expect(await found("100%")).toEqual([b.number]);
  expect(await found("1%0")).toEqual([]);
  expect(await found("_")).toEqual([]);
  expect(await found("nothing like it")).toEqual([]);
  expect((await findKeys((await makeOwner()).merchantId, "billing")).keys).toEqual([]);
});

test.each([
  ["a NUL", "bill\0ing"],
  ["half a character", "bill\ud83ding"],
  ["a character that the longest search cuts in two", `${"x".repeat(99)}\u{1f600}`],
])("a search with %s, which the database cannot store, finds nothing and does not fail", async (_, words) => {
  const owner = await makeOwner();
  await generated(owner);
  expect(await findKeys(owner.merchantId, words)).toEqual({ keys: [], older: null, newest: true });
});

test("a text that may be a secret is not searched for", async () => {
  const owner = await makeOwner();
  const { secret } = await activated(owner);
  expect(await findKeys(owner.merchantId, secret)).toEqual({ keys: [], older: null, newest: true });
});
