import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { runOwnAction } from "@/lib/actions/own-action";
import { activation, generation, retirement } from "@/lib/api-keys/operations";
import { passwordChange } from "@/lib/identity/account/operations";
import { consumeSecondFactor } from "@/lib/identity/second-factor/challenge";
import { bindingOf } from "@/lib/identity/second-factor/passkeys/binding";
import { verifyPasskey } from "@/lib/identity/second-factor/passkeys/verify";
import { db, inTransaction } from "@/lib/platform/db/db";
import { type LoggedInUser, loggedInUser } from "../../kit/people/account";
import { asDatabaseOwner, generated, newTicket, unwrap } from "../../kit/people/api-keys";
import { type Authenticator, newAuthenticator, type Overrides } from "../../kit/people/authenticator";
import { addPasskeyTo, signedFor } from "../../kit/people/passkeys";
import { makeOwner, type Owner } from "../../kit/people/people";
import { validRequestInfo } from "../../kit/people/session";

type Desk = { owner: Owner; home: LoggedInUser; device: Authenticator };

async function desk(): Promise<Desk> {
  const owner = await makeOwner();
  const home = await loggedInUser(owner);
  return { owner, home, device: await addPasskeyTo(home.self) };
}

const generate = ({ home }: Desk, raw: object) => runMemberAction(generation, raw, validRequestInfo(home.minted));

const keysOf = async ({ owner }: Desk) =>
  (await asDatabaseOwner("SELECT 1 FROM api_keys WHERE merchant_id = $1", [owner.merchantId])).length;

async function signedGeneration(at: Desk, overrides: Overrides = {}) {
  const request = { merchantId: at.owner.merchantId };
  return { ...request, passkey: await signedFor(at.home.self, at.device, "api-key:generate", request, overrides) };
}

test("a passkey's signature for this request lets it through, once: the same signature again is refused", async () => {
  const at = await desk();
  const raw = await signedGeneration(at);
  expect((await generate(at, raw)).ok).toBe(true);
  expect(await generate(at, raw)).toEqual({ ok: false, refusal: { code: "passkey_used" } });
  expect(await keysOf(at)).toBe(1);
  const events = await asDatabaseOwner(
    "SELECT data->>'proof' AS proof FROM audit_events WHERE event = 'api_key.generated' AND actor_id = $1",
    [at.owner.userId],
  );
  expect(events).toEqual([{ proof: "passkey" }]);
});

test("of 30 concurrent requests with one signature, 29 are refused", async () => {
  const at = await desk();
  const raw = await signedGeneration(at);
  const results = await Promise.all(Array.from({ length: 30 }, () => generate(at, raw)));
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await keysOf(at)).toBe(1);
});

test.each<[string, Overrides, string]>([
  ["for another origin", { origin: "https://evil.example" }, "passkey_refused"],
  ["for another host", { rpId: "evil.example" }, "passkey_refused"],
  ["without its holder verified", { verified: false }, "passkey_refused"],
  ["with another key", { key: newAuthenticator().key }, "passkey_refused"],
  ["that says it is a registration", { type: "webauthn.create" }, "passkey_refused"],
  ["for a challenge nobody made", { challenge: "bWFkZSB1cA" }, "passkey_used"],
])("a signature %s is refused, and the challenge is not consumed", async (_, overrides, code) => {
  const at = await desk();
  expect(await generate(at, await signedGeneration(at, overrides))).toEqual({ ok: false, refusal: { code } });
  expect(await keysOf(at)).toBe(0);
  expect(await asDatabaseOwner("SELECT 1 FROM passkey_challenges WHERE user_id = $1", [at.owner.userId])).toHaveLength(
    1,
  );
});

test("a signature for one action, merchant, key or address is refused for another", async () => {
  const at = await desk();
  const { merchantId } = at.owner;
  const { self, minted } = at.home;
  const { id: keyId } = await generated(at.owner);
  const request = { merchantId, keyId, ips: ["8.8.8.8"], ticket: newTicket() };
  const passkey = await signedFor(self, at.device, "api-key:activate", request);
  const used = { ok: false, refusal: { code: "passkey_used" } };
  const facts = validRequestInfo(minted);
  expect(await runMemberAction(retirement, { merchantId, keyId, reason: "unwanted", passkey }, facts)).toEqual(used);
  expect(await generate(at, { merchantId, passkey })).toEqual(used);
  for (const other of [{ keyId: randomUUID() }, { ips: [] }, { ips: ["8.8.4.4"] }, { ticket: newTicket() }]) {
    expect(await runMemberAction(activation, { ...request, ...other, passkey }, facts)).toEqual(used);
  }
  expect((await runMemberAction(activation, { ...request, passkey }, facts)).ok).toBe(true);
});

test("a lost reply: the identical request with the consumed signature returns the same secret", async () => {
  const at = await desk();
  const { id: keyId } = await generated(at.owner);
  const request = { merchantId: at.owner.merchantId, keyId, ips: [], ticket: newTicket() };
  const raw = { ...request, passkey: await signedFor(at.home.self, at.device, "api-key:activate", request) };
  const answers = await Promise.all(
    [1, 2, 3].map(() => runMemberAction(activation, raw, validRequestInfo(at.home.minted))),
  );
  const secrets = new Set(answers.map((answer) => unwrap(answer).secret));
  expect(secrets.size).toBe(1);
  expect([...secrets][0]).toMatch(/^[A-Za-z0-9]{64}$/);
});

test("a lost reply is found too where the identical request ends while this one's passkey is read", async () => {
  const at = await desk();
  const { id: keyId } = await generated(at.owner);
  const request = { merchantId: at.owner.merchantId, keyId, ips: [], ticket: newTicket() };
  const raw = { ...request, passkey: await signedFor(at.home.self, at.device, "api-key:activate", request) };
  const activate = () => runMemberAction(activation, raw, validRequestInfo(at.home.minted));
  const { passkey } = db();
  const read = passkey.findFirst.bind(passkey);
  const faster: ReturnType<typeof activate>[] = [];
  const reading = vi.spyOn(passkey, "findFirst").mockImplementationOnce(((wanted: Parameters<typeof read>[0]) => {
    faster.push(activate());
    return Promise.all(faster).then(() => read(wanted));
  }) as typeof passkey.findFirst);
  const slower = unwrap(await activate());
  reading.mockRestore();
  expect(faster).toHaveLength(1);
  expect(slower.secret).toBe(unwrap((await faster[0]) as Awaited<ReturnType<typeof activate>>).secret);
});

test("another session of the same user, and another user, cannot use a signature", async () => {
  const at = await desk();
  const raw = await signedGeneration(at);
  const elsewhere = await loggedInUser(at.owner);
  const other = await desk();
  const used = { ok: false, refusal: { code: "passkey_used" } };
  expect(await runMemberAction(generation, raw, validRequestInfo(elsewhere.minted))).toEqual(used);
  expect(
    await runMemberAction(
      generation,
      { ...raw, merchantId: other.owner.merchantId },
      validRequestInfo(other.home.minted),
    ),
  ).toEqual(used);
});

test("a signature by another user's passkey is refused", async () => {
  const [at, other] = [await desk(), await desk()];
  expect(await generate(at, await signedGeneration({ ...at, device: other.device }))).toEqual({
    ok: false,
    refusal: { code: "passkey_refused" },
  });
});

test("a cloned passkey is refused: its counter does not increase", async () => {
  const at = await desk();
  expect((await generate(at, await signedGeneration(at, { counter: 7 }))).ok).toBe(true);
  for (const counter of [7, 6, 0]) {
    expect(await generate(at, await signedGeneration(at, { counter }))).toEqual({
      ok: false,
      refusal: { code: "passkey_refused" },
    });
  }
  expect((await generate(at, await signedGeneration(at, { counter: 8 }))).ok).toBe(true);
});

test("of two signatures with one counter, verified at the same moment, one is refused when it is consumed", async () => {
  const at = await desk();
  const request = { merchantId: at.owner.merchantId };
  const { userId, sessionId } = at.home.self;
  const judge = async () => {
    const answer = await signedFor(at.home.self, at.device, "api-key:generate", request, { counter: 5 });
    return unwrap(
      await verifyPasskey(
        { purpose: "step_up", userId, sessionId, binding: bindingOf("api-key:generate", request) },
        answer,
      ),
    );
  };
  const proofs = [await judge(), await judge()];
  const results = await Promise.all(proofs.map((proof) => inTransaction((tx) => consumeSecondFactor(tx, proof))));
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(results.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: "passkey_refused" } });
});

test("a removed passkey and an expired challenge are refused", async () => {
  const at = await desk();
  const late = await signedGeneration(at);
  await asDatabaseOwner("UPDATE passkey_challenges SET expires_at = now() WHERE user_id = $1", [at.owner.userId]);
  expect(await generate(at, late)).toEqual({ ok: false, refusal: { code: "passkey_used" } });
  const raw = await signedGeneration(at);
  await asDatabaseOwner("DELETE FROM passkeys WHERE user_id = $1", [at.owner.userId]);
  expect(await generate(at, raw)).toEqual({ ok: false, refusal: { code: "passkey_refused" } });
});

test("an operation that is refused consumes nothing: the signature works for the same request again", async () => {
  const at = await desk();
  const request = {
    current: "not the password at all",
    next: "some quite unusual words",
    confirm: "some quite unusual words",
  };
  const passkey = await signedFor(at.home.self, at.device, "account:change-password", request);
  const change = () => runOwnAction(passwordChange, { ...request, passkey }, validRequestInfo(at.home.minted));
  expect(await change()).toMatchObject({ refusal: { code: "password_wrong" } });
  expect(await change()).toMatchObject({ refusal: { code: "password_wrong" } });
});

test.each([
  null,
  "",
  "{}",
  1,
  [],
  {},
  { id: "a", rawId: "a", type: "public-key", clientExtensionResults: {}, response: {} },
])("%j in place of a passkey is refused", async (passkey) => {
  const at = await desk();
  expect(await generate(at, { merchantId: at.owner.merchantId, passkey })).toEqual({
    ok: false,
    refusal: { code: "passkey_refused" },
  });
});

test("with a wrong code beside it a valid signature is not verified", async () => {
  const at = await desk();
  expect(await generate(at, { ...(await signedGeneration(at)), code: "12345" })).toEqual({
    ok: false,
    refusal: { code: "code_malformed" },
  });
});

test("locked codes do not block a passkey", async () => {
  const at = await desk();
  await asDatabaseOwner(
    "INSERT INTO code_attempts (user_id, purpose, failures, locked_until) VALUES ($1, 'step_up', 5, now() + interval '30 minutes')",
    [at.owner.userId],
  );
  expect((await generate(at, await signedGeneration(at))).ok).toBe(true);
});

test("the database holds no request in clear text, whatever it contains", async () => {
  const at = await desk();
  const request = { current: "the password somebody types", next: "n", confirm: "n" };
  await signedFor(at.home.self, at.device, "account:change-password", request);
  const kept = JSON.stringify(await asDatabaseOwner("SELECT to_jsonb(c) AS row FROM passkey_challenges c"));
  expect(kept).not.toContain(request.current);
  expect(kept).not.toContain(Buffer.from(request.current).toString("hex"));
});
