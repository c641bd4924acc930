import { expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { writeNote } from "@/lib/api-keys/note";
import { noteEdit } from "@/lib/api-keys/operations";
import { readKey } from "@/lib/api-keys/reads/key";
import { listKeys } from "@/lib/api-keys/reads/queries";
import { db } from "@/lib/platform/db/db";
import { activated, asDatabaseOwner, eventsOf, freshProof, generated, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { freshCodeOf, wrongCodeOf } from "../../kit/people/totp";

const write = (owner: Owner, keyId: string, note: string) =>
  writeNote(owner.member, { keyId, note }, freshProof(owner));
const noted = async (id: string) => (await eventsOf(id)).filter((event) => event === "api_key.noted").length;

test("a note is one line, is read with its key, and is recorded with its previous text; saving it unchanged is no change; an empty one deletes it", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  unwrap(await write(owner, id, "  Billing\n server "));
  unwrap(await write(owner, id, "Billing server"));
  // Nothing that is not seen, or turns the text around it.
  unwrap(await write(owner, id, "\u202eBill\u200bing\u0007 server\u2069"));
  expect((await readKey(owner.merchantId, String(number)))?.note).toBe("Billing server");
  expect((await listKeys(owner.merchantId)).keys[0]?.note).toBe("Billing server");
  expect(await noted(id)).toBe(1);
  unwrap(await write(owner, id, ""));
  expect((await readKey(owner.merchantId, String(number)))?.note).toBeNull();
  const events = await db().auditEvent.findMany({
    where: { apiKeyId: id, event: "api_key.noted" },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ data }) => data)).toMatchObject([
    { number, before: "", after: "Billing server" },
    { number, before: "Billing server", after: "" },
  ]);
});

test("what may be a secret is refused, and is stored nowhere", async () => {
  const owner = await makeOwner();
  const { id, secret } = await activated(owner);
  for (const note of [secret, `secret ${secret}`, secret.match(/.{8}/g)?.join(" ") ?? ""])
    expect(await write(owner, id, note)).toEqual({ ok: false, refusal: { code: "secret_typed" } });
  const rows = await asDatabaseOwner("SELECT n::text FROM key_notes n UNION ALL SELECT data::text FROM audit_events");
  expect(JSON.stringify(rows)).not.toContain(secret.slice(0, 16));
});

test("another merchant's key gets the same refusal as an unknown one", async () => {
  const [owner, other] = [await makeOwner(), await makeOwner()];
  const { id } = await generated(other);
  expect(await write(owner, id, "mine")).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(await noted(id)).toBe(0);
});

test("without a right code, with too long a note, or by anybody but an Owner it is refused", async () => {
  const owner = await makeOwner();
  const { id } = await generated(owner);
  const facts = validRequestInfo(await mintSession(owner));
  const request = { merchantId: owner.merchantId, keyId: id, note: "Billing server" };
  const answers = [
    await runMemberAction(noteEdit, request, facts),
    await runMemberAction(noteEdit, { ...request, code: wrongCodeOf(owner) }, facts),
    await runMemberAction(noteEdit, { ...request, note: "x y ".repeat(30), code: await freshCodeOf(owner) }, facts),
  ];
  expect(answers.map((answer) => !answer.ok && answer.refusal.code)).toEqual([
    "code_malformed",
    "code_wrong",
    "invalid_input",
  ]);
  const viewer = await makeMember("view", owner.merchantId);
  const theirs = await runMemberAction(
    noteEdit,
    { ...request, code: await freshCodeOf(viewer) },
    validRequestInfo(await mintSession(viewer)),
  );
  expect(theirs).toEqual({ ok: false, refusal: { code: "not_found" } });
  expect(await noted(id)).toBe(0);
});

test("of concurrent notes each is recorded, and the last one remains", async () => {
  const owner = await makeOwner();
  const { id, number } = await generated(owner);
  const notes = Array.from({ length: 8 }, (_, n) => `Server ${n}`);
  const people = await Promise.all(notes.map(() => makeMember("owner", owner.merchantId)));
  await Promise.all(notes.map(async (note, n) => unwrap(await write(people[n] as Owner, id, note))));
  const events = await db().auditEvent.findMany({
    where: { apiKeyId: id, event: "api_key.noted" },
    orderBy: { id: "asc" },
  });
  const steps = events.map(({ data }) => data as { before: string; after: string });
  expect(steps).toHaveLength(notes.length);
  for (const [index, step] of steps.entries()) expect(step.before).toBe(steps[index - 1]?.after ?? "");
  expect((await readKey(owner.merchantId, String(number)))?.note).toBe(steps.at(-1)?.after);
});
