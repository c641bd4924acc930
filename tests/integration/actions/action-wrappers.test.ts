import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { action, fetchRoute } from "@/lib/actions/action";
import type { MemberAction } from "@/lib/actions/member-action";
import { accept, refuse } from "@/lib/platform/result";
import type { Refusal } from "@/lib/words/refusals/refusals";
import { incoming } from "../../kit/next-headers";
import { makeOwner, type Owner } from "../../kit/people/people";
import { mintSession } from "../../kit/people/session";
import { freshCodeOf } from "../../kit/people/totp";

let owner: Owner;
let raw: Record<string, unknown>;
beforeEach(async () => {
  owner = await makeOwner();
  const { cookie } = await mintSession(owner);
  incoming.cookies = new Map([[cookie.name, { value: cookie.value }]]);
  incoming.headers = new Headers(HEADERS);
  raw = { merchantId: owner.merchantId, code: await freshCodeOf(owner) };
});

const HEADERS = {
  origin: "http://localhost:3000",
  "sec-fetch-site": "same-origin",
  "x-countersign-address": "203.0.113.7",
};
const answering = (refusal?: Refusal): MemberAction<object, { secret: string }> => ({
  permission: "api-key:activate",
  input: z.object({}),
  run: async () => (refusal ? refuse(refusal) : accept({ secret: "the secret" })),
});

const post = (body: string, headers: Record<string, string> = {}) => {
  const request = new Request("http://localhost:3000/api/api-keys/1/reveal", {
    method: "POST",
    headers: { ...HEADERS, "content-type": "application/json", "content-length": String(body.length), ...headers },
    body,
  });
  return fetchRoute(answering())(request);
};

test("an action called by Next's client returns its result", async () => {
  incoming.headers.set("next-action", "4f");
  expect(await action(answering())(raw as never)).toEqual({ ok: true, value: { secret: "the secret" } });
});

test("an action posted by a form without JavaScript is refused, because the secret would be in a page", async () => {
  incoming.headers.set("content-type", "multipart/form-data; boundary=x");
  expect(await action(answering())(raw as never)).toEqual({ ok: false, refusal: { code: "not_a_fetch" } });
});

test("an action without the session's cookie is refused", async () => {
  incoming.headers.set("next-action", "4f");
  incoming.cookies = new Map();
  expect(await action(answering())(raw as never)).toEqual({ ok: false, refusal: { code: "logged_out" } });
});

test("a fetch returns JSON with Cache-Control: no-store", async () => {
  const response = await post(JSON.stringify(raw));
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({ ok: true, value: { secret: "the secret" } });
});

test.each<[string, Record<string, string>, number, string]>([
  ["from a foreign Origin", { origin: "https://evil.example" }, 403, "foreign_origin"],
  ["with a navigation's mode", { "sec-fetch-mode": "navigate" }, 403, "not_a_fetch"],
  ["for a document", { "sec-fetch-dest": "document" }, 403, "not_a_fetch"],
  ["with a form's content type", { "content-type": "application/x-www-form-urlencoded" }, 403, "not_a_fetch"],
  ["with more than any operation needs", { "content-length": "65537" }, 400, "invalid_input"],
])("a fetch %s is refused without data", async (_, headers, status, code) => {
  const response = await post(JSON.stringify(raw), headers);
  expect(response.status).toBe(status);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toMatchObject({ ok: false, refusal: { code } });
});

test.each(["", "{", "null", "[]", '"text"'])("the body %j is refused", async (body) => {
  expect((await post(body)).status).toBe(400);
});

test("a fetch without a session is refused with 401", async () => {
  incoming.cookies = new Map();
  const response = await post(JSON.stringify(raw));
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({ ok: false, refusal: { code: "logged_out" } });
});

test.each<[Refusal, number]>([
  [{ code: "ticket_conflict" }, 409],
  [{ code: "another_key_active", number: 1 }, 422],
  [{ code: "not_found" }, 404],
])("the refusal %j has the status %i", async (refusal, status) => {
  const body = JSON.stringify(raw);
  const request = new Request("http://localhost:3000/x", {
    method: "POST",
    headers: { ...HEADERS, "content-type": "application/json", "content-length": String(body.length) },
    body,
  });
  expect((await fetchRoute(answering(refusal))(request)).status).toBe(status);
});
