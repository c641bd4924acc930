import { generateKeyPairSync } from "node:crypto";
import { PassThrough } from "node:stream";
import { digestOfPublicKey } from "@/lib/gateway/sealing/canary";
import { sealingCommand } from "@/lib/gateway/sealing/command";
import { onConnection } from "@/lib/gateway/sealing/connection";
import { operatorErrorOf } from "@/lib/gateway/sealing/operator-error";
import { proveRing } from "@/lib/gateway/sealing/prove-ring";
import { runCommand } from "@/lib/ops/admin/runner";
import { parseOpeningKeys, parseSealingKeys, type VersionedKey } from "@/lib/platform/crypto/key-ring";
import { sealWithRsa } from "@/lib/platform/crypto/rsa-oaep";
import { secretLabel } from "@/lib/platform/crypto/seal";
import { type CommandResult, OPERATOR } from "../admin";
import { bundleOf } from "../child-env";
import { asOwner, insertKey, type StoredKey } from "../gateway/gateway-keys";
import { type Program, program } from "../gateway/programs";
import { onOwnConnection } from "../people/owner";
import { type SealingKeys, sealingKeysOf } from "./sealing-keys";

export const ringOf = (...pairs: SealingKeys[]) => parseOpeningKeys(sealingKeysOf(...pairs).SEALING_PRIVATE_KEYS);

export const publicKeyOf = (pair: SealingKeys) => parseSealingKeys(pair.SEALING_PUBLIC_KEY)[0] as VersionedKey;

const databaseUrl = () => process.env.GATEWAY_DATABASE_URL as string;

/** The digests that the row of a gateway with these pairs contains. */
export const digestsOf = (...pairs: SealingKeys[]) => ringOf(...pairs).all.map(({ key }) => digestOfPublicKey(key));

/** The first step of a gateway with these pairs: it proves that it has them. */
export const proveRingOf = (...pairs: SealingKeys[]) =>
  onConnection(databaseUrl(), (query) => proveRing(query, ringOf(...pairs)));

/** `npm run admin -- sealing …` in this process, with these pairs. */
export const sealingAdmin =
  (...pairs: SealingKeys[]) =>
  async (...args: string[]): Promise<CommandResult> => {
    const output = new PassThrough();
    let text = "";
    output.on("data", (chunk) => {
      text += chunk;
    });
    const terminal = { input: new PassThrough(), output, errors: output };
    const commands = [sealingCommand({ databaseUrl: databaseUrl(), ring: ringOf(...pairs) })];
    const surroundings = { operator: () => OPERATOR, terminal };
    const code = await runCommand(["sealing", ...args], surroundings, {
      commands,
      endOf: operatorErrorOf,
      close: async () => undefined,
    });
    return { code, output: text };
  };

/** The same as a separate process. */
export function sealingProcess(pairs: SealingKeys[], ...args: string[]): Program {
  const { SEALING_PRIVATE_KEYS } = sealingKeysOf(...pairs);
  const env = { GATEWAY_DATABASE_URL: databaseUrl(), SEALING_PRIVATE_KEYS, OPERATOR };
  const running = program({ file: bundleOf("sealing"), args: ["sealing", ...args] }, { env });
  running.child.stdin?.end();
  return running;
}

/** With triggers off, as only a superuser can: recreates what earlier versions left behind. */
export const withoutTriggers = (sql: string, values: unknown[]) =>
  onOwnConnection(async (client) => {
    await client.query("SET session_replication_role = replica");
    return (await client.query(sql, values)).rows;
  });

type Row = { version: number | null; sealed: Buffer | null };

export async function sealOf({ id }: { id: string }): Promise<Row> {
  const [row] = await asOwner<Row>(
    "SELECT key_version AS version, sealed_secret AS sealed FROM api_keys WHERE id = $1",
    [id],
  );
  return row as Row;
}

export const registeredVersions = async () =>
  (await asOwner<{ version: number }>("SELECT version FROM sealing_keys ORDER BY version")).map(
    ({ version }) => version,
  );

/** A pair of the kind that versions before 0.3.0 created. */
export function rsaKeys(version = 1) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
  const der = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  return { publicKey, version, SEALING_PUBLIC_KEY: "", SEALING_PRIVATE_KEYS: `${version}:${der}` };
}

/**
 * A key as those versions stored it: sealed with RSA, and with only a fingerprint to recognize the
 * secret by.
 */
export async function insertRsaKey({ publicKey, version }: ReturnType<typeof rsaKeys>): Promise<StoredKey> {
  const key = await insertKey({ status: "generated" });
  const sealed = sealWithRsa(publicKey, secretLabel(key.id, key.merchantId), Buffer.from(key.secret));
  await withoutTriggers(
    `UPDATE api_keys SET status = 'active', sealed_secret = $2, key_version = $3, fingerprint = left(encode(sha256($4), 'hex'), 16),
       first_activated_at = now(), activated_at = now() WHERE id = $1`,
    [key.id, sealed, version, Buffer.from(`countersign:fingerprint:v1:${key.secret}`)],
  );
  return key;
}
