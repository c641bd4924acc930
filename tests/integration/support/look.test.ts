import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { listActivity } from "@/lib/audit/queries";
import { db } from "@/lib/platform/db/db";
import { asSupport } from "@/lib/support/database";
import type { Staff } from "@/lib/support/looks";
import { activated, asDatabaseOwner } from "../../kit/people/api-keys";
import { makeOwner, type Owner } from "../../kit/people/people";
import { inSupportRole, makeStaff, PAGES } from "../../kit/people/support";

const pages = Object.keys(PAGES) as (keyof typeof PAGES)[];
const looksAt = (merchantId: string) =>
  db().auditEvent.findMany({ where: { merchantId, event: "support.looked" }, orderBy: { id: "asc" } });

const RECORD = "SELECT record_look($1::uuid, $2::uuid, $3, $4::uuid, $5) AS recorded";

let undo = "";
afterEach(async () => {
  if (undo) await asDatabaseOwner(undo);
  undo = "";
});

test.each(pages)("a look at the %s is recorded: who, in which session, from where, at what", async (part) => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  await PAGES[part](staff, owner.merchantId);
  const looks = await looksAt(owner.merchantId);
  expect(looks).toHaveLength(1);
  expect(looks[0]).toMatchObject({
    ...{
      actorKind: "support",
      actorId: staff.userId,
      sessionId: staff.sessionId,
      address: staff.address,
      data: { part: part === "key" || part === "refusals" ? "keys" : part },
    },
  });
});

test("each page is its own look, and the Owners can read every one of them", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  for (const part of pages) await PAGES[part](staff, owner.merchantId);
  const { events } = await listActivity(owner.merchantId, { before: null, group: "support" });
  expect(events.map(({ words }) => words.what)).toEqual([
    "Support looked at the activity",
    "Support looked at the API keys",
    "Support looked at the API keys",
    "Support looked at the members",
    "Support looked at the API keys",
  ]);
  expect(events[0]).toMatchObject({ who: { name: staff.name, tag: "Support" }, from: { place: "Support desk" } });
});

test.each(pages)("no record, no page: where the look cannot be written, the %s are not read", async (part) => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  undo = "ALTER TABLE audit_events DROP CONSTRAINT no_looks";
  await asDatabaseOwner("ALTER TABLE audit_events ADD CONSTRAINT no_looks CHECK (event <> 'support.looked') NOT VALID");
  await expect(PAGES[part](staff, owner.merchantId)).rejects.toThrow("no_looks");
  expect(await looksAt(owner.merchantId)).toEqual([]);
});

test.each(pages)("no record, no page: without the grant to write a look, the %s are not read", async (part) => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  undo = `GRANT EXECUTE ON FUNCTION record_look TO countersign_support`;
  await asDatabaseOwner(`REVOKE EXECUTE ON FUNCTION record_look FROM countersign_support`);
  await expect(PAGES[part](staff, owner.merchantId)).rejects.toThrow("permission denied");
});

test("no record, no page: a COMMIT that the database refuses reveals nothing", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  undo = "DROP TRIGGER at_commit ON audit_events; DROP FUNCTION refuse_at_commit()";
  await asDatabaseOwner(`CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused at commit'; END $$;
    CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON audit_events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_at_commit()`);
  await expect(PAGES.keys(staff, owner.merchantId)).rejects.toThrow("refused at commit");
});

test("a read that fails after the record rolls the record back: there was no page", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  await expect(
    asSupport(async (ask) => {
      await ask(RECORD, [staff.userId, staff.sessionId, null, owner.merchantId, "keys"]);
      await ask("SELECT sealed_secret FROM api_keys", []);
    }),
  ).rejects.toThrow("permission denied");
  expect(await looksAt(owner.merchantId)).toEqual([]);
});

describe("the support desk's role cannot record", () => {
  test("a look by an INSERT, nor anything else, and no number of an event", async () => {
    const insert = "INSERT INTO audit_events (event, actor_kind) VALUES ('support.looked', 'support')";
    await expect(inSupportRole(insert)).rejects.toThrow("permission denied");
    await expect(inSupportRole("SELECT nextval('audit_events_id_seq')")).rejects.toThrow("permission denied");
  });

  type Look = { staff: Staff; merchantId: string; part: string | null; address: string | null };
  const REFUSED: [string, (look: Look) => Promise<Partial<Look>>, string][] = [
    ["a look by somebody who is not staff", async () => ({ staff: asStaff(await makeOwner()) }), "logged in"],
    ["a look by nobody", async ({ staff }) => ({ staff: { ...staff, userId: randomUUID() } }), "logged in"],
    [
      "a look in another's session",
      async ({ staff }) => ({ staff: { ...staff, sessionId: (await makeStaff()).sessionId } }),
      "logged in",
    ],
    [
      "a look in a session that was ended",
      async ({ staff }) => altered("UPDATE sessions SET ended_at = now()", staff),
      "logged in",
    ],
    [
      "a look in a session of yesterday",
      async ({ staff }) => altered("UPDATE sessions SET expires_at = now()", staff),
      "logged in",
    ],
    [
      "a look before the password was set",
      async ({ staff }) => altered("UPDATE sessions SET stage = 'new_password'", staff),
      "logged in",
    ],
    [
      "a look by staff who were disabled",
      async ({ staff }) => altered("UPDATE users SET disabled_at = now()", staff),
      "logged in",
    ],
    ["a look at something else", async () => ({ part: "secrets" }), "only that it looked"],
    ["a look at nothing", async () => ({ part: null }), "only that it looked"],
    ["a story in the place of an address", async () => ({ address: "the Owner asked for it" }), "only that it looked"],
  ];
  const asStaff = ({ userId, member }: Owner) => ({ ...member, name: "", email: "", userId });
  const altered = async (change: string, { userId, sessionId }: Staff) => {
    await asDatabaseOwner(`${change} WHERE id = $1`, [change.includes("users") ? userId : sessionId]);
    return {};
  };

  test.each(REFUSED)("%s", async (_, otherwise, refusal) => {
    const [staff, { merchantId }] = [await makeStaff(), await makeOwner()];
    const look: Look = { staff, merchantId, part: "keys", address: "2001:db8::1" };
    const record = ({ staff, merchantId, part, address }: Look) =>
      inSupportRole(RECORD, [staff.userId, staff.sessionId, address, merchantId, part]);
    expect(await record(look)).toEqual([{ recorded: true }]);
    await expect(record({ ...look, ...(await otherwise(look)) })).rejects.toThrow(refusal);
    expect(await looksAt(merchantId)).toHaveLength(1);
  });
});

test("a failed page leaves no broken connection behind", async () => {
  const [staff, owner] = [await makeStaff(), await makeOwner()];
  const failing = Array.from({ length: 12 }, () => asSupport((ask) => ask("SELECT 1 FROM passwords", [])));
  for (const result of await Promise.allSettled(failing)) expect(result.status).toBe("rejected");
  expect(await PAGES.keys(staff, owner.merchantId)).not.toBeNull();
});

test.each([randomUUID(), "not an id", "", "' OR true --"])(
  "a merchant that does not exist (%s) is null, and nothing is recorded",
  async (id) => {
    const staff = await makeStaff();
    for (const part of pages) expect(await PAGES[part](staff, id)).toBeNull();
    expect(await db().auditEvent.count({ where: { actorId: staff.userId, event: "support.looked" } })).toBe(0);
  },
);

test("a look at one merchant contains nothing of another", async () => {
  const [staff, owner, other] = [await makeStaff(), await makeOwner(), await makeOwner()];
  await activated(owner);
  await activated(other);
  const shown = JSON.stringify(await Promise.all(pages.map((part) => PAGES[part](staff, owner.merchantId))));
  expect(shown).toContain(owner.email);
  expect(shown).not.toContain(other.email);
  expect(shown).not.toContain(other.merchantId);
});
