import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  actionNames,
  fieldNames,
  HEADERS,
  ODD_PATHS,
  pagesAndRoutes,
  queryNames,
  SEGMENTS,
  VALUES,
} from "../kit/network/hostile";
import { type Reply, rawFetch } from "../kit/network/raw-fetch";
import { type ServerAction, serverActions } from "../kit/network/server-actions";
import { makeMember, makeMerchant, makePerson } from "../kit/people/people";
import { mintSession, sessionCookie } from "../kit/people/session";
import { expect, test } from "./fixtures";

/*
 * Everything that no browser sends, sent to every page, route and action that the build lists.
 * Expects no 500, no bare error page, no internal details, and the same security headers as on a
 * page.
 */
const origin = process.env.E2E_ORIGIN as string;
const INTERNAL =
  /prisma|\bP[12]\d{3}\b|postgres|ECONN|EPIPE|invalid byte sequence|node_modules|\bat [^\n]{1,80}\.(?:js|ts|mjs):\d+|countersign_|\bSELECT\b|TypeError|RangeError|SyntaxError|Maximum call/;
const OURS = { origin, "sec-fetch-site": "same-origin" };
const NAVIGATION = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** The faults of a reply; empty if it is as it should be. */
function faults({ status, headers, body }: Reply, navigated: boolean): string[] {
  const type = String(headers["content-type"] ?? "");
  const policy = String(headers["content-security-policy"] ?? "");
  const isPage = type.startsWith("text/html") && body.includes("Countersign");
  return [
    ...(status >= 500 || status === 0 ? [`status ${status}`] : []),
    ...(navigated && status >= 400 && !isPage ? [`a bare error page (${status}): ${body.slice(0, 80)}`] : []),
    ...(INTERNAL.test(body) ? [`internal: ${INTERNAL.exec(body)?.[0]}`] : []),
    ...(policy.includes("frame-ancestors 'none'") && policy.includes("script-src 'nonce-") ? [] : ["no policy"]),
    ...["x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "x-request-id"].filter(
      (name) => !headers[name],
    ),
  ];
}

/**
 * With TEST_FUZZ=all every value is sent everywhere, which takes minutes. Otherwise each value is
 * sent somewhere, and something hostile is sent everywhere.
 */
const ALL = process.env.TEST_FUZZ === "all";

/** At most `most` items of a list, different ones for each `turn`. */
const some = <T>(list: readonly T[], most: number, turn: number): T[] =>
  ALL
    ? [...list]
    : Array.from({ length: Math.min(most, list.length) }, (_, index) => list[(turn * most + index) % list.length] as T);

type Asked = { title: string; path: string; navigated?: boolean } & Parameters<typeof rawFetch>[2];

/** Sends all requests, a few at a time, and returns the faults. */
async function wrongOf(all: Asked[]): Promise<string[]> {
  const wrong: string[] = [];
  const left = [...all];
  const next = async () => {
    for (let each = left.pop(); each; each = left.pop()) {
      const { title, path, navigated = false, ...init } = each;
      const found = await unlessBusy(() => rawFetch(origin, path, init)).then(
        (reply) => faults(reply, navigated),
        (error: Error) => [error.message],
      );
      if (found.length > 0)
        wrong.push(`${init?.method ?? "GET"} ${path.slice(0, 100)} (${title}): ${found.join(", ")}`);
    }
  };
  await Promise.all(Array.from({ length: 6 }, next));
  return wrong;
}

const MAX_REPEATS = 20;

/**
 * The first reply for which the database was not too busy. A busy reply is correct and not under
 * test here.
 */
async function unlessBusy(ask: () => Promise<Reply>): Promise<Reply> {
  for (let repeats = 0; ; repeats++) {
    const reply = await ask();
    if (reply.status !== 503 || !reply.headers["retry-after"] || repeats === MAX_REPEATS) return reply;
    await sleep(500);
  }
}

async function cookieOf(person: { userId: string }): Promise<{ cookie: string }> {
  const { name, value } = await sessionCookie(person);
  return { cookie: `${name}=${value}` };
}

/** Nobody, and somebody who may open every page: an Owner who is also staff. */
async function visitors(): Promise<{ who: string; headers: Record<string, string>; merchantId: string }[]> {
  const { id: merchantId } = await makeMerchant();
  const person = await makePerson({ staff: true, roles: [{ merchantId, role: "owner" }] });
  return [
    { who: "nobody", headers: {}, merchantId },
    { who: "somebody", headers: await cookieOf(person), merchantId },
  ];
}

const filled = (path: string, merchantId: string, other: string = randomUUID()) =>
  path.replaceAll("[merchantId]", merchantId).replace(/\[(?:\.\.\.)?\w+\]/g, other);

test("the build lists pages, routes, actions and fields to attack", async () => {
  expect(pagesAndRoutes().length).toBeGreaterThan(20);
  expect(queryNames()).toEqual(
    expect.arrayContaining(["token", "next", "before", "after", "show", "retired", "ended"]),
  );
  expect(fieldNames()).toEqual(
    expect.arrayContaining(["merchantId", "keyId", "ips", "ticket", "emails", "name", "answer", "text"]),
  );
});

test("no unexpected URL causes an error", async () => {
  const all = (await visitors()).flatMap(({ who, headers }) =>
    ODD_PATHS.map((path): Asked => ({ title: who, path, navigated: true, headers: { ...NAVIGATION, ...headers } })),
  );
  expect(await wrongOf(all)).toEqual([]);
});

for (const [turn, { path, isRoute }] of pagesAndRoutes().entries()) {
  test(`no URL, header or method at ${path} causes an error`, async () => {
    const all: Asked[] = [];
    for (const { who, headers, merchantId } of await visitors()) {
      const at = filled(path, merchantId);
      for (const segment of some(SEGMENTS, 4, turn)) {
        const navigation = { title: who, navigated: !isRoute, headers: { ...NAVIGATION, ...headers } };
        const hostile = path.includes("[")
          ? path.replace(/\[[^\]]+\]/g, segment)
          : `${path === "/" ? "" : path}/${segment}`;
        all.push(
          { ...navigation, path: hostile },
          {
            ...navigation,
            path: `${at}?${queryNames()
              .map((name) => `${name}=${segment}`)
              .join("&")}`,
          },
        );
      }
      for (const hostile of some(HEADERS, 4, turn))
        all.push({
          title: `${who}, ${JSON.stringify(hostile).slice(0, 60)}`,
          path: at,
          headers: { ...headers, ...hostile },
        });
      for (const method of some(["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "POST"], 3, turn))
        all.push({ title: who, path: at, method, headers: { ...headers, ...OURS } });
    }
    expect(await wrongOf(all)).toEqual([]);
  });
}

/** A correct request, of which one field will be overrides. */
const GOOD = ({ merchantId }: { merchantId: string }): Record<string, unknown> => ({
  ...{ merchantId, keyId: randomUUID(), userId: randomUUID(), sessionId: randomUUID(), invitationId: randomUUID() },
  ...{
    passkeyId: randomUUID(),
    code: "000000",
    deviceCode: "000000",
    ips: [],
    ticket: "A".repeat(43),
    reason: "lost",
    role: "view",
  },
  ...{
    emails: ["leo@nordwind.example"],
    name: "Laptop",
    text: "acme",
    after: 0,
    operation: "api-key:generate",
    request: {},
    answer: {},
  },
  ...{
    current: "a",
    next: "maple river stone",
    confirm: "maple river stone",
    temporary: "a",
    password: "maple river stone",
  },
});

/** The same as JSON, with the raw text of one field's value replaced. */
function overrides(good: Record<string, unknown>, field: string, value: string): string {
  return JSON.stringify({ ...good, [field]: "HERE" }).replace('"HERE"', () => value);
}

/** The values that get past the other fields to where they are read. */
const WORST = ["NUL", "half of a pair", "right to left", "past int4", "9,000 within one another", "BigInt", "record"];

/** Every field with each of the worst values. */
const spoiltBodies = (good: Record<string, unknown>, turn: number): [title: string, body: string][] =>
  fieldNames().flatMap((field, index) =>
    some(WORST, 1, turn + index).map((title): [string, string] => [
      `${field}: ${title}`,
      overrides(good, field, VALUES[title] as string),
    ]),
  );

for (const [turn, name] of actionNames().entries()) {
  test(`no argument of ${name} causes an error`, async () => {
    const all: Asked[] = [];
    const action = (await serverActions()).find((each) => each.name === name) as ServerAction;
    const owner = await makeMember("owner");
    for (const stage of action.page.startsWith("/first-login")
      ? (["enrol", "new_password"] as const)
      : (["full"] as const)) {
      const { cookie } = await mintSession(owner, stage);
      const path = filled(action.page, owner.merchantId);
      const headers = {
        ...OURS,
        accept: "text/x-component",
        "next-action": action.id,
        cookie: `${cookie.name}=${cookie.value}`,
      };
      const post = (title: string, body: string, type = "text/plain;charset=UTF-8") =>
        all.push({
          title: `${stage}, ${title}`,
          path,
          method: "POST",
          body,
          headers: { ...headers, "content-type": type },
        });
      for (const [title, value] of some(Object.entries(VALUES), 8, turn)) {
        post(title, `[${value}]`);
        post(`${title} alone`, value);
      }
      for (const [title, body] of spoiltBodies(GOOD(owner), turn)) post(title, `[${body}]`);
      for (const [type, body] of BODIES) post(`${type}: ${body.slice(0, 20)}`, body, type);
    }
    expect(await wrongOf(all)).toEqual([]);
  });
}

const BODIES: [type: string, body: string][] = [
  ["application/json", "{"],
  ["application/json", ""],
  ["application/json", '"\\ud800"'],
  ["text/plain;charset=UTF-8", "[\u0000"],
  ["application/x-www-form-urlencoded", "a=%E0%A4%A&b=%00&=&&csrfToken[]=1"],
  ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="0"\r\n\r\n["$K1"]\r\n--x--\r\n'],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="$ACTION_REF_1"\r\n\r\n\r\n--x--\r\n',
  ],
  [
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="$ACTION_ID_zzz"\r\n\r\n\r\n--x--\r\n',
  ],
  ["multipart/form-data", "--x"],
  ["multipart/form-data; boundary=x", ""],
  ["\u00ff/x", "a"],
  ["text/html", "<b>"],
];

for (const [turn, { path, isRoute }] of pagesAndRoutes().entries()) {
  test(`no body posted to ${path} causes an error`, async () => {
    const all: Asked[] = [];
    for (const { who, headers, merchantId } of await visitors()) {
      const at = path.includes("nextauth") ? "/api/auth/callback/credentials" : filled(path, merchantId);
      const post = (title: string, body: string, type: string) =>
        all.push({
          title: `${who}, ${title}`,
          path: at,
          method: "POST",
          body,
          headers: { ...OURS, ...headers, "content-type": type },
        });
      for (const [type, body] of some(BODIES, 4, turn)) post(`${type}: ${body.slice(0, 20)}`, body, type);
      post("oversized", "x".repeat(200_000), "application/json");
      if (!isRoute || who === "nobody") continue;
      for (const [title, value] of some(Object.entries(VALUES), 8, turn)) post(title, value, "application/json");
      for (const [title, body] of spoiltBodies(GOOD({ merchantId }), turn)) post(title, body, "application/json");
    }
    expect(await wrongOf(all)).toEqual([]);
  });
}

test("no login credential causes an error: each is refused", async () => {
  const csrf = await rawFetch(origin, "/api/auth/csrf");
  const cookie = [csrf.headers["set-cookie"]]
    .flat()
    .map((each) => String(each).split(";")[0])
    .join("; ");
  const { csrfToken } = JSON.parse(csrf.body) as { csrfToken: string };
  const all: Asked[] = [];
  for (const provider of ["credentials", "invitation"])
    for (const field of ["email", "password", "code", "recoveryCode", "passkey", "token", "callbackUrl", "redirect"])
      for (const title of some(WORST, 2, field.length)) {
        const good = {
          csrfToken,
          json: "true",
          email: "nobody@acme.example",
          password: "a",
          code: "000000",
          token: "a",
        };
        const headers = { ...OURS, "content-type": "application/json", cookie };
        all.push({
          title: `${field}: ${title}`,
          path: `/api/auth/callback/${provider}`,
          method: "POST",
          headers,
          body: overrides(good, field, VALUES[title] as string),
        });
      }
  for (const segment of SEGMENTS)
    for (const route of ["csrf", "session"])
      all.push({
        title: "query",
        path: `/api/auth/${route}?callbackUrl=${segment}&error=${segment}`,
        headers: { cookie },
      });
  expect(await wrongOf(all)).toEqual([]);
});
