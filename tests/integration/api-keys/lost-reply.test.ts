import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Activation, activateKey, repeatActivation } from "@/lib/api-keys/activate";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { generateKey } from "@/lib/api-keys/generate";
import type { Proof } from "@/lib/identity/second-factor/challenge";
import { db } from "@/lib/platform/db/db";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";
import { startTcpProxy, type TcpProxy, type Trap } from "../../kit/network/tcp-proxy";
import {
  activated,
  activationOf,
  asDatabaseOwner,
  eventsOf,
  freshProof,
  generated,
  openedSecret,
  unwrap,
} from "../../kit/people/api-keys";
import { makeOwner, type Owner } from "../../kit/people/people";
import { stopwatch } from "../../kit/stopwatch";

/*
 * A TCP proxy between Prisma and PostgreSQL spoils one connection when the bytes of COMMIT pass.
 * Whatever happens to the reply, the dialog's next request, which is identical and under the same
 * ticket, must end with exactly one secret that the gateway can open: never two, never none.
 */
let proxy: TcpProxy;
let owner: Owner;
beforeAll(async () => {
  const url = new URL(process.env.APP_DATABASE_URL ?? "");
  proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
  process.env.APP_DATABASE_URL = proxy.through(url.href);
});
beforeEach(async () => {
  owner = await makeOwner();
});
afterAll(async () => {
  await db().$disconnect();
  await proxy.close();
});

type Sent = { input: Activation; proof: Proof; first: Promise<unknown>; sprung: Promise<void> };

/** Sends an activation whose COMMIT springs the trap. */
async function spoiled(trap: Pick<Trap, "fate" | "pass">): Promise<Sent> {
  const { id } = await generated(owner);
  const [input, proof] = [activationOf(id, { allowedIps: ["198.51.99.7"] }), freshProof(owner)];
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", ...trap });
  const first = activateKey(owner.member, input, proof).catch((error: unknown) => error);
  await sprung;
  return { input, proof, first, sprung };
}

/**
 * The wrapper's handling of a repeated request: ticket, then code, then the ticket again if the
 * code was used.
 */
async function repeated({ input, proof }: Sent) {
  const replayed = await repeatActivation(owner.member, input);
  if (replayed) return replayed;
  const result = await activateKey(owner.member, input, proof);
  if (result.ok || result.refusal.code !== "code_used") return result;
  return (await repeatActivation(owner.member, input)) ?? result;
}

/** One secret, created once, which the gateway opens. */
async function expectOneSecret(keyId: string, secret: string | null): Promise<void> {
  expect(secret).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(secret).toBe(await openedSecret(keyId));
  expect((await eventsOf(keyId)).filter((event) => event === "api_key.activated")).toHaveLength(1);
  const [row] = await asDatabaseOwner("SELECT count(*)::int AS copies FROM reveals WHERE key_id = $1", [keyId]);
  expect(row).toEqual({ copies: 1 });
}

async function committed(keyId: string): Promise<boolean> {
  const [row] = await asDatabaseOwner("SELECT status = 'active' AS active FROM api_keys WHERE id = $1", [keyId]);
  return row?.active === true;
}

test("a connection cut after COMMIT reached the server: the error is reported, and the same ticket returns the secret that was created", async () => {
  const sent = await spoiled({ fate: "cut", pass: true });
  expect(await sent.first).toBeInstanceOf(Error);
  await expect.poll(() => committed(sent.input.keyId)).toBe(true);
  const { secret } = unwrap(await repeated(sent));
  await expectOneSecret(sent.input.keyId, secret);
});

test("a connection cut before COMMIT reached the server: nothing happened, no code was consumed, and the same request creates the one secret", async () => {
  const sent = await spoiled({ fate: "cut", pass: false });
  expect(await sent.first).toBeInstanceOf(Error);
  expect(await committed(sent.input.keyId)).toBe(false);
  const { secret } = unwrap(await repeated(sent));
  await expectOneSecret(sent.input.keyId, secret);
});

test("a connection that stays open and silent after COMMIT reached the server: the repeat is not delayed, and the first request ends within 8 s", async () => {
  const took = stopwatch();
  const sent = await spoiled({ fate: "silence", pass: true });
  await expect.poll(() => committed(sent.input.keyId)).toBe(true);
  const { secret } = unwrap(await repeated(sent));
  expect(took()).toBeLessThan(5_000);
  await expectOneSecret(sent.input.keyId, secret);
  expect(await sent.first).toBeInstanceOf(Error);
  expect(took()).toBeLessThan(9_000);
});

test("a connection that swallows COMMIT and stays open: the repeat waits for the row until the server drops the first connection, then creates the one secret", async () => {
  const sent = await spoiled({ fate: "silence", pass: false });
  const { secret } = unwrap(await repeated(sent));
  expect(await sent.first).toBeInstanceOf(Error);
  await expectOneSecret(sent.input.keyId, secret);
});

test("a repeat that overtakes its original waits for the row and returns the same secret", async () => {
  const { id } = await generated(owner);
  const [input, proof] = [activationOf(id), freshProof(owner)];
  const sent = { input, proof, first: Promise.resolve(), sprung: Promise.resolve() };
  const replies = await Promise.all([1, 2, 3].map(() => repeated(sent)));
  const secrets = new Set(replies.map((reply) => unwrap(reply).secret));
  expect(secrets.size).toBe(1);
  await expectOneSecret(id, [...secrets][0] ?? null);
});

test("a delivery whose COMMIT reply is lost counts, and the next one returns the same secret", async () => {
  const { id } = await generated(owner);
  const [input, proof] = [activationOf(id), freshProof(owner)];
  const first = unwrap(await activateKey(owner.member, input, proof));
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: true });
  await expect(repeatActivation(owner.member, input)).rejects.toThrow();
  await sprung;
  expect(await repeatActivation(owner.member, input)).toEqual({ ok: true, value: first });
  expect((await eventsOf(id)).filter((event) => event === "api_key.secret_delivered")).toHaveLength(3);
});

/** A key that was deactivated again: its next activation makes no secret. */
async function stopped() {
  const key = await activated(owner);
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
  return key;
}

test("an activation without a secret whose reply is lost is repeated with its result, until something else happens to the key", async () => {
  const key = await stopped();
  const [input, proof] = [activationOf(key.id), freshProof(owner)];
  expect(await repeatActivation(owner.member, input)).toBeNull();
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: true });
  const first = activateKey(owner.member, input, proof).catch((error: unknown) => error);
  await sprung;
  expect(await first).toBeInstanceOf(Error);
  await expect.poll(() => committed(key.id)).toBe(true);
  const repeatOf = repeated({ input, proof, first, sprung });
  expect(await repeatOf).toEqual({ ok: true, value: { number: key.number, secret: null } });
  expect((await eventsOf(key.id)).filter((event) => event === "api_key.activated")).toHaveLength(2);

  expect(await repeatActivation(owner.member, activationOf(key.id, { allowedIps: ["45.33.32.7"] }))).toBeNull();
  const elsewhere = { ...owner.member, ...(await makeOwner()).member, merchantId: owner.member.merchantId };
  expect(await repeatActivation(elsewhere, input)).not.toMatchObject({ ok: true });
  unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)));
  expect(await repeatActivation(owner.member, input)).toBeNull();
});

test("a deactivation whose COMMIT reached the server is completed by a repeat, which waits and returns the time", async () => {
  const key = await activated(owner);
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: true });
  const first = deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner));
  await expect(first).rejects.toThrow();
  await sprung;
  await expect.poll(() => committed(key.id)).toBe(false);
  const began = performance.now();
  const { refusedEverywhereAt } = unwrap(
    await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner)),
  );
  expect(performance.now() - began).toBeGreaterThanOrEqual(PROPAGATION_WAIT_MS);
  expect(Number.isNaN(Date.parse(refusedEverywhereAt))).toBe(false);
  expect((await eventsOf(key.id)).slice(-2)).toEqual(["api_key.deactivated", "api_key.refused_everywhere"]);
});

test("a deactivation whose COMMIT was cut off is not reported as done: the key is still active", async () => {
  const key = await activated(owner);
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: false });
  await expect(deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner))).rejects.toThrow();
  await sprung;
  expect(await committed(key.id)).toBe(true);
});

test("a silent connection never returns to the pool: it is closed, and 40 statements after it are answered", async () => {
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", fate: "silence", pass: false });
  const lost = generateKey(owner.member, freshProof(owner)).catch((error: unknown) => error);
  await sprung;
  const before = proxy.connections();
  expect(await lost).toBeInstanceOf(Error);
  await expect.poll(() => proxy.connections()).toBeLessThan(before);
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => db().$queryRaw<{ one: number }[]>`SELECT 1 AS one`),
  );
  expect(answers.flat().every(({ one }) => one === 1)).toBe(true);
});

test("a database that stops responding is an error within 9 s, and works again when it is back", async () => {
  await db().$queryRaw`SELECT 1`;
  proxy.silence();
  const took = stopwatch();
  await expect(db().$queryRaw`SELECT 1`).rejects.toThrow();
  expect(took()).toBeLessThan(9_000);
  proxy.resume();
  await expect.poll(() => db().$queryRaw`SELECT 1 AS one`.catch(() => null)).toEqual([{ one: 1 }]);
});
