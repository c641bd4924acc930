import { beforeEach, describe, expect, test } from "vitest";
import { activateKey } from "@/lib/api-keys/activate";
import { bundleOf } from "../../kit/child-env";
import { proveRingOf, sealingAdmin } from "../../kit/database/sealing";
import { sealingKeys, sealingKeysOf } from "../../kit/database/sealing-keys";
import { freePort } from "../../kit/free-port";
import { asOwner } from "../../kit/gateway/gateway-keys";
import { startProgram } from "../../kit/gateway/gateway-program";
import { activated, activationOf, freshProof, generated, storedKey } from "../../kit/people/api-keys";
import { makeOwner } from "../../kit/people/people";

const [first, second, third] = [sealingKeys(1), sealingKeys(2), sealingKeys(3)];
// This process is a dashboard with the public keys of two versions.
process.env.SEALING_PUBLIC_KEY = sealingKeysOf(first, second).SEALING_PUBLIC_KEY;

beforeEach(() => asOwner("TRUNCATE sealing_keys, gateways, api_keys CASCADE"));

const versionOfNewKey = async () => (await storedKey((await activated(await makeOwner())).id)).keyVersion;

describe("a new secret is sealed for the newest version that the gateways hold", () => {
  test("and from the moment a newer version is in use for that one, without a restart", async () => {
    await proveRingOf(first);
    expect(await versionOfNewKey()).toBe(1);
    expect(await sealingAdmin(first, second)("rotate", "--yes")).toMatchObject({ code: 0 });
    expect(await versionOfNewKey()).toBe(2);
  });

  test("or for its last one, where no gateway has registered any yet", async () => {
    expect(await versionOfNewKey()).toBe(2);
  });

  test.each([
    ["none of its versions is among theirs", [third], "open version 3"],
    ["its version is another key than theirs", [sealingKeys(2)], "Version 2 in SEALING_PUBLIC_KEY is another key"],
  ])("and none is created where %s: the activation fails, and the key stays as it was", async (_, theirs, sentence) => {
    await proveRingOf(...theirs);
    const owner = await makeOwner();
    const { id } = await generated(owner);
    await expect(activateKey(owner.member, activationOf(id), freshProof(owner))).rejects.toThrow(sentence);
    expect(await storedKey(id)).toMatchObject({ status: "generated", keyVersion: null });
  });
});

describe("the dashboard", () => {
  const start = async (SEALING_PUBLIC_KEY: string, more: Record<string, string> = {}) => {
    const { APP_DATABASE_URL, SUPPORT_DATABASE_URL, NEXTAUTH_SECRET, TOTP_KEYS } = process.env;
    const given = { APP_DATABASE_URL, SUPPORT_DATABASE_URL, NEXTAUTH_SECRET, TOTP_KEYS, SEALING_PUBLIC_KEY };
    return startProgram(bundleOf("dashboard"), {
      NODE_ENV: "production",
      ...given,
      PORT: String(await freePort()),
      ...more,
    });
  };

  test.each([
    ["a key that no gateway holds", third.SEALING_PUBLIC_KEY, "holds version 3, and the gateways open version 1, 2"],
    ["another key than theirs", sealingKeys(2).SEALING_PUBLIC_KEY, "Version 2 in SEALING_PUBLIC_KEY is another key"],
  ])("with %s does not start, and says so in one line", async (_, key, sentence) => {
    await proveRingOf(first, second);
    const { exited, output } = await start(key);
    expect(await exited, output()).toBe(1);
    expect(output().trim().split("\n")).toEqual([expect.stringContaining(sentence)]);
  });
});
