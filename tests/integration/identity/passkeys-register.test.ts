import { expect, test } from "vitest";
import { runOwnAction } from "@/lib/actions/own-action";
import { passkeyStart } from "@/lib/identity/account/operations";
import { addPasskey, beginPasskey } from "@/lib/identity/second-factor/passkeys/add";
import { removePasskey } from "@/lib/identity/second-factor/passkeys/remove";
import { eventsCausedBy, type LoggedInUser, loggedInUser, mailsTo } from "../../kit/people/account";
import { asDatabaseOwner, freshProof, unwrap } from "../../kit/people/api-keys";
import { assert, attest, newAuthenticator, type Overrides } from "../../kit/people/authenticator";
import { addPasskeyTo } from "../../kit/people/passkeys";
import { validRequestInfo } from "../../kit/people/session";
import { codeOf, wrongCodeOf } from "../../kit/people/totp";

const begun = async ({ self }: LoggedInUser) => unwrap(await beginPasskey(self, "Laptop", freshProof(self)));

const passkeysOf = ({ person }: LoggedInUser) =>
  asDatabaseOwner("SELECT id, name, counter::int FROM passkeys WHERE user_id = $1", [person.userId]);

test("a passkey is added under its name, its user is told, and it is recorded", async () => {
  const home = await loggedInUser();
  await addPasskeyTo(home.self, "Office laptop");
  expect(await passkeysOf(home)).toMatchObject([{ name: "Office laptop" }]);
  expect(await mailsTo(home.person)).toEqual(["passkey_added"]);
  expect(await eventsCausedBy(home.person)).toEqual(["passkey.added"]);
});

test("the browser is asked for this host, user verification, a discoverable credential, and none that exists already", async () => {
  const home = await loggedInUser();
  const device = await addPasskeyTo(home.self);
  const options = await begun(home);
  expect(options.rp.id).toBe("localhost");
  expect(options.authenticatorSelection).toMatchObject({ userVerification: "required", residentKey: "required" });
  expect(options.excludeCredentials?.map(({ id }) => id)).toEqual([device.id]);
});

test.each<[string, (home: LoggedInUser) => object]>([
  ["no code", () => ({})],
  ["a wrong code", ({ person }) => ({ code: wrongCodeOf(person) })],
  ["a recovery code", () => ({ recoveryCode: "0123456789abcdef" })],
])("with %s no challenge is issued", async (_, proof) => {
  const home = await loggedInUser();
  expect((await runOwnAction(passkeyStart, { name: "Laptop", ...proof(home) }, validRequestInfo(home.minted))).ok).toBe(
    false,
  );
  expect(await asDatabaseOwner("SELECT 1 FROM passkey_challenges WHERE user_id = $1", [home.person.userId])).toEqual(
    [],
  );
});

test("a code works once: the same one gets no second challenge", async () => {
  const home = await loggedInUser();
  const raw = { name: "Laptop", code: codeOf(home.person) };
  expect((await runOwnAction(passkeyStart, raw, validRequestInfo(home.minted))).ok).toBe(true);
  expect(await runOwnAction(passkeyStart, raw, validRequestInfo(home.minted))).toMatchObject({
    refusal: { code: "code_used" },
  });
});

test.each<[string, Overrides]>([
  ["made for another origin", { origin: "https://evil.example" }],
  ["made for another host", { rpId: "evil.example" }],
  ["whose holder was not verified", { verified: false }],
  ["that says it is a login", { type: "webauthn.get" }],
])("a passkey %s is refused", async (_, overrides) => {
  const home = await loggedInUser();
  const { challenge } = await begun(home);
  expect(await addPasskey(home.self, attest(newAuthenticator(), challenge, overrides))).toMatchObject({
    refusal: { code: "passkey_refused" },
  });
  expect(await passkeysOf(home)).toEqual([]);
});

test("a challenge works once: of 10 passkeys made for it at once 9 are refused", async () => {
  const home = await loggedInUser();
  const { challenge } = await begun(home);
  const results = await Promise.all(
    Array.from({ length: 10 }, () => addPasskey(home.self, attest(newAuthenticator(), challenge))),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await passkeysOf(home)).toHaveLength(1);
});

test("another session, another user, a made-up challenge and an expired one are refused with the same reply", async () => {
  const home = await loggedInUser();
  const { challenge } = await begun(home);
  const [elsewhere, other] = [await loggedInUser(home.person), await loggedInUser()];
  const answer = attest(newAuthenticator(), challenge);
  const over = { ok: false, refusal: { code: "passkey_used" } };
  expect(await addPasskey(elsewhere.self, answer)).toEqual(over);
  expect(await addPasskey(other.self, answer)).toEqual(over);
  expect(await addPasskey(home.self, attest(newAuthenticator(), "bWFkZSB1cA"))).toEqual(over);
  await asDatabaseOwner("UPDATE passkey_challenges SET expires_at = now() WHERE challenge = $1", [challenge]);
  expect(await addPasskey(home.self, answer)).toEqual(over);
});

test("a login's assertion is refused as a registration", async () => {
  const home = await loggedInUser();
  const device = await addPasskeyTo(home.self);
  const { challenge } = await begun(home);
  const { response, ...around } = assert(device, challenge);
  const answer = {
    ...around,
    response: { clientDataJSON: response.clientDataJSON, attestationObject: response.authenticatorData },
  };
  expect(await addPasskey(home.self, answer)).toMatchObject({ refusal: { code: "passkey_refused" } });
});

test("a passkey that another user has is refused", async () => {
  const [home, other] = [await loggedInUser(), await loggedInUser()];
  const device = await addPasskeyTo(home.self);
  const { challenge } = await begun(other);
  expect(await addPasskey(other.self, attest(device, challenge))).toMatchObject({
    refusal: { code: "passkey_refused" },
  });
  expect(await passkeysOf(other)).toEqual([]);
});

test("an eleventh passkey is refused", async () => {
  const home = await loggedInUser();
  for (let n = 0; n < 10; n++) await addPasskeyTo(home.self, `Key ${n}`);
  expect(await beginPasskey(home.self, "One more", freshProof(home.self))).toEqual({
    ok: false,
    refusal: { code: "too_many_passkeys", limit: 10 },
  });
});

test("a removed passkey is gone, its user is emailed; another user's, and one that is gone, are not found", async () => {
  const [home, other] = [await loggedInUser(), await loggedInUser()];
  await addPasskeyTo(home.self);
  const [passkey] = await passkeysOf(home);
  const which = { passkeyId: String(passkey?.id) };
  expect(await removePasskey(other.self, which, freshProof(other.self))).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect(await passkeysOf(home)).toHaveLength(1);
  expect((await removePasskey(home.self, which, freshProof(home.self))).ok).toBe(true);
  expect(await removePasskey(home.self, which, freshProof(home.self))).toEqual({
    ok: false,
    refusal: { code: "not_found" },
  });
  expect(await mailsTo(home.person)).toEqual(["passkey_added", "passkey_removed"]);
});
