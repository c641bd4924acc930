import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { newKeys, versionsIn, withNextSealingPair } from "@/lib/ops/keys.mjs";
import { addSealingVersion, dropSealingVersions, installationSecrets } from "@/lib/ops/secrets.mjs";
import { parseOpeningKeys, parseSealingKeys } from "@/lib/platform/crypto/key-ring";

type Keys = ReturnType<typeof newKeys>;
const versions = ({ SEALING_PUBLIC_KEY, SEALING_PRIVATE_KEYS }: Keys) => [
  versionsIn(SEALING_PUBLIC_KEY),
  versionsIn(SEALING_PRIVATE_KEYS),
];

function folder(): string {
  const made = mkdtempSync(path.join(os.tmpdir(), "countersign-secrets-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** Every public key has a private key of the same version. */
function expectPairs({ SEALING_PUBLIC_KEY, SEALING_PRIVATE_KEYS }: Keys) {
  const ring = parseOpeningKeys(SEALING_PRIVATE_KEYS);
  for (const { version } of parseSealingKeys(SEALING_PUBLIC_KEY))
    expect(ring.find(version)?.asymmetricKeyType).toBe("x25519");
}

describe("an installation's own keys", () => {
  test("get the next version, and lose the older ones, in a file that only their user can read", () => {
    const place = folder();
    const before = installationSecrets(place);
    expect(addSealingVersion(place)).toBe(2);
    const { keys, ...rest } = installationSecrets(place);
    expect(versions(keys)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expectPairs(keys);
    expect({ ...keys, SEALING_PUBLIC_KEY: "", SEALING_PRIVATE_KEYS: "" }).toEqual({
      ...before.keys,
      SEALING_PUBLIC_KEY: "",
      SEALING_PRIVATE_KEYS: "",
    });
    expect(rest).toEqual({ installation: before.installation, postgres: before.postgres, roles: before.roles });
    dropSealingVersions(place, 2);
    expect(versions(installationSecrets(place).keys)).toEqual([[2], [2]]);
    expect(installationSecrets(place).keys.SEALING_PRIVATE_KEYS).toBe(keys.SEALING_PRIVATE_KEYS.split(",")[1]);
    expect(statSync(path.join(place, "secrets.json")).mode & 0o777).toBe(0o600);
  });

  test("of a version before 0.3.0 keep their RSA key only for opening, and seal with the next from the first start on", () => {
    const place = folder();
    installationSecrets(place);
    const file = path.join(place, "secrets.json");
    const stored = JSON.parse(readFileSync(file, "utf8"));
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
    stored.keys.SEALING_PUBLIC_KEY = `1:${publicKey.export({ format: "der", type: "spki" }).toString("base64")}`;
    stored.keys.SEALING_PRIVATE_KEYS = `1:${privateKey.export({ format: "der", type: "pkcs8" }).toString("base64")}`;
    writeFileSync(file, JSON.stringify(stored));
    const { keys } = installationSecrets(place);
    expect(versions(keys)).toEqual([[2], [1, 2]]);
    expectPairs(keys);
    expect(parseOpeningKeys(keys.SEALING_PRIVATE_KEYS).find(1)?.asymmetricKeyType).toBe("rsa");
    expect(installationSecrets(place).keys).toEqual(keys);
  });
});

test("the next pair comes after the existing ones", () => {
  const keys = newKeys(4);
  const next = withNextSealingPair(keys);
  expect(next.SEALING_PRIVATE_KEYS).toMatch(new RegExp(`^${keys.SEALING_PRIVATE_KEYS.replace(/[+]/g, "\\+")},5:`));
  expectPairs({ ...keys, ...next });
});
