import type { Call, Command } from "../../ops/admin/command";
import { Declined, UsageError } from "../../ops/admin/errors";
import { SEALING, SEALING_ACTIONS } from "../../ops/admin/sealing-help";
import type { KeyRing } from "../../platform/crypto/key-ring";
import { registeredOf } from "./canary";
import { onConnection, type Query } from "./connection";
import { proveRing } from "./prove-ring";
import { resealVersion } from "./reseal";
import { nextStep, statusLines } from "./status";
import { gatewaysLacking, lackingWords, type Version, versionsOf } from "./versions";

type Given = { databaseUrl: string; ring: KeyRing };
type Work = Call & { query: Query; ring: KeyRing };

/** `npm run admin -- sealing ACTION`, on a connection with the gateway's role. */
export const sealingCommand = ({ databaseUrl, ring }: Given): Command => ({
  ...SEALING,
  run: (call) => {
    const action = call.words[0] ?? "";
    if (!isAction(action)) throw new UsageError(`ACTION is one of ${SEALING_ACTIONS.join(", ")}.`);
    return onConnection(databaseUrl, async (query) => {
      await proveRing(query, ring);
      return ACTIONS[action]({ ...call, query, ring });
    });
  },
});

const ACTIONS = { status, rotate, finish };

const isAction = (word: string): word is keyof typeof ACTIONS => Object.hasOwn(ACTIONS, word);

async function status({ query, ring }: Work): Promise<string[]> {
  return statusLines(query, ring, await versionsOf(query, ring));
}

async function rotate(work: Work): Promise<string[]> {
  const { query, ring, operator, confirm } = work;
  const versions = await versionsOf(query, ring);
  const newest = versions.at(-1) as Version;
  const older = olderThan(newest, versions);
  if (newest.since === null && newest.kind !== "RSA") {
    await refuseWhileLacking(work, newest);
    const key = keyOf(ring, newest);
    await confirm([
      `New secrets will be sealed for version ${newest.version} of the sealing key, and a gateway without it will not start.`,
      `Secrets sealed for older versions (${secretsOf(older)}) will be resealed for it. Gateways keep serving, and merchants notice nothing.`,
    ]);
    const { version, publicKey, canary } = registeredOf({ version: newest.version, key });
    await query("SELECT register_sealing_key($1, $2, $3, $4)", [version, publicKey, canary, operator]);
  } else if (older.length === 0) {
    const next = await nextStep(query, ring, versions);
    throw new Declined(
      `There is nothing to do: version ${newest.version} is the only one. ${next ?? "A rotation begins with npm run admin -- sealing new-key."}`,
    );
  } else {
    refuseRsa(newest);
  }
  await resealOlder(work, newest.version);
  const after = await versionsOf(query, ring);
  return [`New secrets are sealed for version ${newest.version}.`, ...(await statusLines(query, ring, after))];
}

async function finish(work: Work): Promise<string[]> {
  const { query, ring, operator, confirm } = work;
  const versions = await versionsOf(query, ring);
  const registered = versions.filter(({ since }) => since !== null);
  const newest = registered.at(-1) as Version;
  const older = olderThan(newest, registered);
  if (older.length === 0)
    throw new Declined(`There is nothing to remove: version ${newest.version} is the only one in use.`);
  refuseRsa(newest);
  await refuseWhileLacking(work, newest);
  const names = older.map(({ version }) => version).join(", ");
  await confirm([
    `Version ${names} of the sealing key will be removed. What is still sealed for it is resealed for version ${newest.version} first.`,
    `After that, a dashboard that has only the public key of version ${names} cannot activate new keys.`,
  ]);
  await resealOlder(work, newest.version);
  const left = olderThan(newest, await versionsOf(query, ring)).filter(({ secrets, ofRetired }) => secrets > ofRetired);
  if (left.length > 0) throw new Declined(await unopened(query, newest.version));
  for (const { version } of older) await query("SELECT remove_sealing_key($1, $2)", [version, operator]);
  return [`Version ${names} is removed. Take it out of SEALING_PRIVATE_KEYS and SEALING_PUBLIC_KEY, and destroy it.`];
}

function refuseRsa({ version, kind }: Version): void {
  if (kind === "RSA")
    throw new Declined(
      `Version ${version} is an RSA key. Secrets are no longer sealed with RSA. Next: npm run admin -- sealing new-key.`,
    );
}

/**
 * Refuses before anything is announced. The database refuses it too, because a gateway may start
 * meanwhile.
 */
async function refuseWhileLacking({ query, ring }: Work, { version }: Version): Promise<void> {
  const found = await gatewaysLacking(query, ring, version);
  if (found.lacking.length > 0)
    throw new Declined(`${lackingWords(found)} Add it to their SEALING_PRIVATE_KEYS and restart them.`);
}

/**
 * Repeats until nothing is left: a dashboard without the new public key still seals for the older
 * version meanwhile.
 */
async function resealOlder({ query, ring, operator, tell }: Work, target: number): Promise<void> {
  const of = async () =>
    olderThan({ version: target }, await versionsOf(query, ring)).filter(({ secrets }) => secrets > 0);
  let [done, told] = [0, performance.now()];
  for (let before = -1; before !== done; ) {
    before = done;
    for (const { version, secrets } of await of()) {
      const all = done + secrets;
      await resealVersion({ query, ring, target, operator }, version, (more) => {
        done += more;
        if (performance.now() - told < 1_000) return;
        told = performance.now();
        tell(`${done} of ${all} secrets resealed …`);
      });
    }
  }
  tell(`${done === 1 ? "1 secret was" : `${done} secrets were`} resealed for version ${target}.`);
}

async function unopened(query: Query, newest: number): Promise<string> {
  const keys = await query<{ number: number }>(
    "SELECT number FROM api_keys WHERE key_version < $1 AND sealed_secret IS NOT NULL AND status <> 'retired' ORDER BY number LIMIT 10",
    [newest],
  );
  const numbers = keys.map(({ number }) => number).join(", ");
  return `The older versions were not removed: the secret of key ${numbers} does not open with them, or was created just now. Run this again. If a key is named again, no gateway can serve it: retire it (npm run admin -- retire-key), then run this again.`;
}

const olderThan = ({ version }: Pick<Version, "version">, versions: Version[]): Version[] =>
  versions.filter((each) => each.version < version);

const secretsOf = (versions: Version[]): string => {
  const sum = versions.reduce((all, { secrets }) => all + secrets, 0);
  return sum === 1 ? "1 secret" : `${sum} secrets`;
};

function keyOf(ring: KeyRing, { version }: Version) {
  const key = ring.find(version);
  if (!key) throw new Declined(`SEALING_PRIVATE_KEYS lacks version ${version}.`);
  return key;
}
