import { randomUUID } from "node:crypto";
import { may, type Permission } from "@/lib/access/permissions";
import type { Role } from "@/lib/access/roles";
import { type Posted, postAction, serverActions } from "../kit/network/server-actions";
import { makeMember, makeMerchant, makePerson, type Person } from "../kit/people/people";
import { mintSession, type Stage, sessionCookie } from "../kit/people/session";
import { wrongCodeOf } from "../kit/people/totp";
import { expect, test } from "./fixtures";

// Every way to change something, by direct request to the built app: for everyone who is not
// allowed
// to, and for the one who is.

/** A new action or fetch route without a row here fails the first test. */
const ROWS: Record<string, { permission: Permission; input: object; asksForNoCode?: true }> = {
  generateApiKey: { permission: "api-key:generate", input: {} },
  activateApiKey: { permission: "api-key:activate", input: { ips: [], ticket: "A".repeat(43) } },
  editApiKeyIps: { permission: "api-key:edit-ips", input: { ips: [] } },
  deactivateApiKey: { permission: "api-key:deactivate", input: { reason: "rotating" } },
  retireApiKey: { permission: "api-key:retire", input: { reason: "unwanted" } },
  editApiKeyNote: { permission: "api-key:note", input: { note: "Billing server" } },
  rotateApiKey: { permission: "api-key:rotate", input: { ips: [], takesOver: "manual", ticket: "A".repeat(43) } },
  takeOverApiKey: { permission: "api-key:take-over", input: {} },
  cancelApiKeyRotation: { permission: "api-key:cancel-rotation", input: {} },
  confirmSecretSaved: { permission: "api-key:read", input: {}, asksForNoCode: true },
  inviteUsers: { permission: "team:invite", input: { emails: ["leo@nordwind.example"], role: "view" } },
  changeUserRole: { permission: "team:change-role", input: { userId: randomUUID(), role: "limits" } },
  removeUser: { permission: "team:remove", input: { userId: randomUUID() } },
};
/** Actions on a user's own account, and the one stage of session that may run each. */
const OWN_ROWS: Record<string, { stage: Stage; input: object; asksForCode?: true }> = {
  acceptInvitation: { stage: "full", input: { invitationId: randomUUID() } },
  confirmFirstDevice: { stage: "enrol", input: { code: "000000" } },
  changePassword: {
    stage: "full",
    input: { current: "a", next: "maple river stone", confirm: "maple river stone" },
    asksForCode: true,
  },
  makeRecoveryCodes: { stage: "full", input: {}, asksForCode: true },
  moveDevice: { stage: "full", input: {}, asksForCode: true },
  confirmDevice: { stage: "full", input: { deviceCode: "000000" } },
  endSession: { stage: "full", input: { sessionId: randomUUID() } },
  endOtherSessions: { stage: "full", input: {} },
  beginPasskey: { stage: "full", input: { name: "Laptop" }, asksForCode: true },
  addPasskey: { stage: "full", input: { answer: {} } },
  removePasskey: { stage: "full", input: { passkeyId: randomUUID() }, asksForCode: true },
  setFirstPassword: {
    stage: "new_password",
    input: { temporary: "a", password: "maple river stone", confirm: "maple river stone" },
  },
};
/** Changes nothing of a merchant: it ends the caller's own session. */
const OWN_SESSION = ["logOut"];

test("every server action of the built app has a row in the matrix", async () => {
  const names = (await serverActions()).map(({ name }) => name);
  expect(names.sort()).toEqual([...Object.keys(ROWS), ...Object.keys(OWN_ROWS), ...OWN_SESSION].sort());
});

const cookie = async (person: Person) => {
  const { name, value } = await sessionCookie(person);
  return { cookie: `${name}=${value}` };
};
const sameOriginHeaders = (): Record<string, string> => ({
  origin: process.env.E2E_ORIGIN as string,
  "sec-fetch-site": "same-origin",
});

async function post(name: string, merchantId: string, code: string, headers: Record<string, string>): Promise<Posted> {
  const row = ROWS[name];
  const action = (await serverActions()).find((candidate) => candidate.name === name);
  if (!action || !row) throw new Error(`no action ${name}`);
  return postAction(action, { merchantId, keyId: randomUUID(), code, ...row.input }, headers);
}

for (const [name, { permission, asksForNoCode }] of Object.entries(ROWS)) {
  test.describe(name, () => {
    for (const role of ["owner", "limits", "exchange", "view", "restricted"] satisfies Role[]) {
      const allowed = may(role, permission);
      const answer = allowed
        ? asksForNoCode
          ? "finds no key"
          : "is asked for a right code"
        : "is refused as if the merchant did not exist";
      test(`${role} ${answer}`, async () => {
        const member = await makeMember(role);
        const { status, reply } = await post(name, member.merchantId, wrongCodeOf(member), {
          ...(await cookie(member)),
          ...sameOriginHeaders(),
        });
        expect(status).toBe(200);
        expect(reply).toEqual({ ok: false, refusal: { code: allowed && !asksForNoCode ? "code_wrong" : "not_found" } });
      });
    }

    test("another merchant's Owner is refused as if the merchant did not exist", async () => {
      const other = await makeMember("owner");
      const { id } = await makeMerchant();
      const { reply } = await post(name, id, wrongCodeOf(other), { ...(await cookie(other)), ...sameOriginHeaders() });
      expect(reply).toEqual({ ok: false, refusal: { code: "not_found" } });
    });

    test("staff are refused as if the merchant did not exist", async () => {
      const staff = await makePerson({ staff: true });
      const { id } = await makeMerchant();
      const { reply } = await post(name, id, wrongCodeOf(staff), { ...(await cookie(staff)), ...sameOriginHeaders() });
      expect(reply).toEqual({ ok: false, refusal: { code: "not_found" } });
    });

    test("without a session it is refused with 401 before the body is decoded", async () => {
      const { id } = await makeMerchant();
      expect((await post(name, id, "000000", sameOriginHeaders())).status).toBe(401);
    });

    test("a forged session cookie is refused with 401", async () => {
      const owner = await makeMember("owner");
      const { cookie: real } = await cookie(owner);
      const forged = `${real.slice(0, -4)}AAAA`;
      expect((await post(name, owner.merchantId, "000000", { cookie: forged, ...sameOriginHeaders() })).status).toBe(
        401,
      );
    });

    test("an ended session is refused, and no code is verified", async () => {
      const owner = await makeMember("owner");
      const headers = await cookie(owner);
      const { db } = await import("@/lib/platform/db/db");
      await db().session.updateMany({ where: { userId: owner.userId }, data: { endedAt: new Date() } });
      const { reply } = await post(name, owner.merchantId, wrongCodeOf(owner), { ...headers, ...sameOriginHeaders() });
      expect(reply).toEqual({ ok: false, refusal: { code: "logged_out" } });
    });

    for (const [kind, headers] of [
      ["a foreign Origin", { origin: "https://evil.example" }],
      [
        "a foreign Origin with X-Forwarded-Host to match",
        { origin: "https://evil.example", "x-forwarded-host": "evil.example" },
      ],
      ["no Origin", {}],
      ["Sec-Fetch-Site: cross-site", { origin: "here", "sec-fetch-site": "cross-site" }],
      ["Sec-Fetch-Site: same-site", { origin: "here", "sec-fetch-site": "same-site" }],
    ] as [string, Record<string, string>][]) {
      test(`an Owner's valid request with ${kind} is refused`, async () => {
        const owner = await makeMember("owner");
        const origin: Record<string, string> =
          headers.origin === "here" ? { origin: process.env.E2E_ORIGIN as string } : {};
        const { text, reply, status } = await post(name, owner.merchantId, wrongCodeOf(owner), {
          ...(await cookie(owner)),
          ...headers,
          ...origin,
        });
        if (reply) expect(reply).toEqual({ ok: false, refusal: { code: "foreign_origin" } });
        else expect(status, text).toBeGreaterThanOrEqual(400);
      });
    }
  });
}

for (const [name, { stage, input, asksForCode }] of Object.entries(OWN_ROWS)) {
  const postOwn = async (headers: Record<string, string>, proof: object = {}) => {
    const action = (await serverActions()).find((candidate) => candidate.name === name);
    if (!action) throw new Error(`no action ${name}`);
    return postAction(action, { ...input, ...proof }, headers);
  };
  const cookieAt = async (person: Person, at: Stage) => {
    const { cookie } = await mintSession(person, at);
    return { cookie: `${cookie.name}=${cookie.value}` };
  };
  test.describe(name, () => {
    for (const other of (["enrol", "new_password", "full"] satisfies Stage[]).filter((each) => each !== stage)) {
      test(`a session of stage ${other} is refused like no session`, async () => {
        const { reply } = await postOwn({ ...(await cookieAt(await makePerson(), other)), ...sameOriginHeaders() });
        expect(reply).toEqual({ ok: false, refusal: { code: "logged_out" } });
      });
    }

    if (asksForCode) {
      test("without a code, and with a wrong one, it is refused", async () => {
        const person = await makePerson();
        const headers = { ...(await cookieAt(person, stage)), ...sameOriginHeaders() };
        for (const proof of [{}, { code: wrongCodeOf(person) }, { passkey: {} }, { password: person.password }]) {
          const { reply } = await postOwn(headers, proof);
          expect(reply).toMatchObject({ ok: false, refusal: { code: expect.stringMatching(/^(code|passkey)_/) } });
        }
      });
    }

    test("without a session it is refused with 401 before the body is decoded", async () => {
      expect((await postOwn(sameOriginHeaders())).status).toBe(401);
    });

    test("a valid session with a foreign or missing Origin, or from another site, is refused", async () => {
      const headers = await cookieAt(await makePerson(), stage);
      const { origin = "" } = sameOriginHeaders();
      for (const overrides of [{ origin: "https://evil.example" }, {}, { origin, "sec-fetch-site": "cross-site" }]) {
        const { reply, status, text } = await postOwn({ ...headers, ...(overrides as Record<string, string>) });
        if (reply) expect(reply).toEqual({ ok: false, refusal: { code: "foreign_origin" } });
        else expect(status, text).toBeGreaterThanOrEqual(400);
      }
    });
  });
}

test.describe("a passkey's challenge", () => {
  const ask = (init: RequestInit) => fetch(`${process.env.E2E_ORIGIN}/api/passkey-challenge`, init);

  test("at the login page every response is the same except for the challenge, and is not cached", async () => {
    const answers = await Promise.all([ask({}), ask({ headers: await cookie(await makePerson()) })]);
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    for (const answer of answers)
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const [one, two] = bodies.map(({ value }) => ({ ...value, challenge: null }));
    expect(one).toEqual(two);
    expect(bodies[0].value.challenge).not.toBe(bodies[1].value.challenge);
  });

  test("for a request it is refused without a session, from another origin and to a form", async () => {
    const body = JSON.stringify({ operation: "api-key:generate", request: {} });
    const json = { "content-type": "application/json" };
    const own = await cookie(await makePerson());
    expect((await ask({ method: "POST", body, headers: { ...json, ...sameOriginHeaders() } })).status).toBe(401);
    expect(
      (await ask({ method: "POST", body, headers: { ...json, ...own, origin: "https://evil.example" } })).status,
    ).toBe(403);
    expect(
      (await ask({ method: "POST", body, headers: { "content-type": "text/plain", ...own, ...sameOriginHeaders() } }))
        .status,
    ).toBe(403);
    expect((await ask({ method: "POST", body, headers: { ...json, ...own, ...sameOriginHeaders() } })).status).toBe(
      200,
    );
  });
});

/** The tabs that only an Owner has. */
const TABS = ["/api-keys", "/team"];

test.describe("pages", () => {
  for (const role of ["limits", "exchange", "view"] satisfies Role[]) {
    test(`${role} sees the overview, and "not found" for every tab of an Owner`, async () => {
      const member = await makeMember(role);
      expect((await get(`/merchants/${member.merchantId}`, member)).status).toBe(200);
      for (const tab of TABS)
        expect((await get(`/merchants/${member.merchantId}${tab}`, member)).status, tab).toBe(404);
    });
  }

  test('another merchant\'s Owner, a restricted member and staff get the same "not found" as for a merchant that does not exist', async () => {
    const { id } = await makeMerchant();
    const people = [await makeMember("owner"), await makeMember("restricted", id), await makePerson({ staff: true })];
    for (const person of people) {
      for (const page of ["", "/api-keys", "/activity"]) {
        const theirs = await get(`/merchants/${id}${page}`, person);
        const nowhere = await get(`/merchants/${randomUUID()}${page}`, person);
        expect([theirs.status, theirs.location]).toEqual([nowhere.status, nowhere.location]);
        expect(theirs.status).not.toBe(200);
        expect(theirs.text).not.toContain("Acme Payments");
      }
    }
  });

  test("without a session every page redirects to the login page", async () => {
    const { id } = await makeMerchant();
    for (const page of [
      "/account",
      "/merchants",
      `/merchants/${id}`,
      `/merchants/${id}/api-keys`,
      `/merchants/${id}/activity`,
      "/support",
    ]) {
      const { status, location } = await get(page);
      expect([status, location]).toEqual([307, expect.stringContaining("/login")]);
    }
  });

  test("methods other than GET, HEAD and POST are refused with 405", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
      expect((await fetch(`${process.env.E2E_ORIGIN}/merchants`, { method })).status, method).toBe(405);
    }
  });
});

async function get(page: string, person?: Person) {
  const headers = person ? await cookie(person) : {};
  const response = await fetch(`${process.env.E2E_ORIGIN}${page}`, { redirect: "manual", headers });
  return { status: response.status, location: response.headers.get("location"), text: await response.text() };
}
