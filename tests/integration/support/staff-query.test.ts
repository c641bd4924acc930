import { expect, test, vi } from "vitest";
import { z } from "zod";
import { runStaffQuery } from "@/lib/actions/staff-query";
import type { RequestInfo } from "@/lib/identity/session/request-info";
import { db } from "@/lib/platform/db/db";
import { accept } from "@/lib/platform/result";
import { asOwner } from "../../kit/people/owner";
import { makeMember, makeOwner, makePerson, type Person } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";

/**
 * Sends a good request of this person with one fact overridden. Returns the reply and the read's
 * spy.
 */
async function request(
  person: Person,
  { facts = {}, raw = { text: "nord" } as unknown, prepare = async () => {} } = {},
) {
  const run = vi.fn(async () => accept("read"));
  const session = await mintSession(person);
  const given: RequestInfo = { ...validRequestInfo(session), ...facts };
  await prepare();
  const result = await runStaffQuery({ input: z.object({ text: z.string() }), run }, raw, given);
  return { answer: result.ok ? result.value : result.refusal.code, run };
}

const staff = () => makePerson({ staff: true });

test("a member of staff with a valid request is let through", async () => {
  expect((await request(await staff())).answer).toBe("read");
});

test.each(["owner", "limits", "exchange", "view", "restricted"] as const)(
  "for a member with the role %s there is nothing",
  async (role) => {
    const { answer, run } = await request(await makeMember(role));
    expect(answer).toBe("not_found");
    expect(run).not.toHaveBeenCalled();
  },
);

test("an Owner gets no reason for a refusal: there is nothing", async () => {
  expect((await request(await makeOwner(), { raw: { text: 7 } })).answer).toBe("not_found");
});

test("for a former member of staff there is nothing", async () => {
  const person = await staff();
  const prepare = async () =>
    void (await db().user.update({ where: { id: person.userId }, data: { staffRole: null }, select: { id: true } }));
  expect((await request(person, { prepare })).answer).toBe("not_found");
});

test.each<[string, Partial<RequestInfo>, string]>([
  ["no session", { token: null }, "logged_out"],
  ["a token that was not signed here", { token: "a.b.c" }, "logged_out"],
  ["a foreign Origin", { origin: "https://evil.example" }, "foreign_origin"],
  ["no Origin", { origin: null }, "foreign_origin"],
  ["Sec-Fetch-Site: cross-site", { fetchSite: "cross-site" }, "foreign_origin"],
  ["a form's post", { isScripted: false }, "not_a_fetch"],
])("a request with %s is refused", async (_, facts, code) => {
  const { answer, run } = await request(await staff(), { facts });
  expect(answer).toBe(code);
  expect(run).not.toHaveBeenCalled();
});

test("a session that was ended, and one of a disabled user, are refused", async () => {
  const [ended, disabled] = [await staff(), await staff()];
  const end = async () =>
    void (await db().session.updateMany({ where: { userId: ended.userId }, data: { endedAt: new Date() } }));
  const disable = async () =>
    void (await db().user.update({
      where: { id: disabled.userId },
      data: { disabledAt: new Date() },
      select: { id: true },
    }));
  expect((await request(ended, { prepare: end })).answer).toBe("logged_out");
  expect((await request(disabled, { prepare: disable })).answer).toBe("logged_out");
});

test.each([
  ["was logged out", (id: string) => asOwner("UPDATE sessions SET ended_at = now() WHERE user_id = $1", [id])],
  ["is staff no more", (id: string) => asOwner("UPDATE users SET staff_role = NULL WHERE id = $1", [id])],
])("a user who %s while it was read gets no result", async (_, take) => {
  const person = await staff();
  const read = async () => {
    await take(person.userId);
    return accept("read");
  };
  const asked = runStaffQuery({ input: z.object({}), run: read }, {}, validRequestInfo(await mintSession(person)));
  expect(await asked).toEqual({ ok: false, refusal: { code: "logged_out" } });
});

test.each([undefined, null, "text", {}, { text: 7 }, { text: ["a"] }])(
  "an invalid input (%j) is refused",
  async (raw) => {
    const { answer, run } = await request(await staff(), { raw: raw ?? "nothing" });
    expect(answer).toBe("invalid_input");
    expect(run).not.toHaveBeenCalled();
  },
);
