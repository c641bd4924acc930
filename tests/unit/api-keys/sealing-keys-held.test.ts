import { expect, test } from "vitest";
import { newestHeld } from "@/lib/api-keys/sealing/held-keys";
import { parseSealingKeys } from "@/lib/platform/crypto/key-ring";
import { type SealingKeys, sealingKeys } from "../../kit/database/sealing-keys";

const [first, second, third] = [sealingKeys(1), sealingKeys(2), sealingKeys(3)];
const ours = (...pairs: SealingKeys[]) => parseSealingKeys(pairs.map((pair) => pair.SEALING_PUBLIC_KEY).join(","));
const theirs = (...pairs: SealingKeys[]) =>
  ours(...pairs).map(({ version, key }) => ({
    version,
    publicKey: new Uint8Array(key.export({ format: "der", type: "spki" })),
  }));

test("the newest of our keys that the gateways hold is chosen, in whatever order they are given", () => {
  expect(newestHeld(ours(first, second, third), theirs(first, second)).version).toBe(2);
  expect(newestHeld(ours(second, first), theirs(first, second)).version).toBe(2);
  expect(newestHeld(ours(first), theirs(first, second)).version).toBe(1);
});

test("the last one is chosen where no gateway has registered any", () => {
  expect(newestHeld(ours(first, second), []).version).toBe(2);
});

test("none is chosen where the gateways hold none of them, and both are named", () => {
  expect(() => newestHeld(ours(third), theirs(first, second))).toThrow(
    "holds version 3, and the gateways open version 1, 2",
  );
});

test("none is chosen where one differs from the gateways' key of the same version, though another one is theirs", () => {
  expect(() => newestHeld(ours(sealingKeys(1), second), theirs(first, second))).toThrow(
    "Version 1 in SEALING_PUBLIC_KEY is another key",
  );
});
