import { beforeAll, describe, expect, test } from "vitest";
import { cookieNames } from "@/lib/identity/session/cookies";
import { isSameOrigin, requestInfoOf } from "@/lib/identity/session/request-info";
import { testEnvironment } from "../../kit/environment";

const none = "postgres://nobody@127.0.0.1:1/none";
beforeAll(() => {
  Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none }));
});

const facts = (headers: Record<string, string>, cookies: Record<string, string> = {}) =>
  requestInfoOf(new Headers(headers), {
    get: (name) => (cookies[name] === undefined ? undefined : { value: cookies[name] }),
  });

describe("a request counts as fetched by a script", () => {
  test.each<Record<string, string>>([
    { "next-action": "4f" },
    { "content-type": "application/json" },
    { "content-type": "application/json; charset=utf-8", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
  ])("with %j", (headers) => {
    expect(facts(headers).isScripted).toBe(true);
  });

  test.each<Record<string, string>>([
    {},
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "multipart/form-data; boundary=x" },
    { "content-type": "text/plain" },
    { "content-type": "application/jsonp" },
    { "content-type": "application/json", "sec-fetch-mode": "navigate" },
    { "content-type": "application/json", "sec-fetch-dest": "document" },
    { "next-action": "4f", "sec-fetch-mode": "navigate" },
  ])("but not with %j", (headers) => {
    expect(facts(headers).isScripted).toBe(false);
  });
});

describe("a prefetch", () => {
  test.each<Record<string, string>>([
    { "x-countersign-prefetch": "1" },
    { "next-router-prefetch": "1" },
    { purpose: "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
  ])("%j does not count as a use of the session", (headers) => {
    expect(facts(headers).prefetch).toBe(true);
  });

  test("a document is not one", () => {
    expect(facts({ accept: "text/html" }).prefetch).toBe(false);
  });
});

describe("the address", () => {
  test("is the one that our own server found, and an X-Forwarded-For is refused as a source", () => {
    expect(facts({ "x-countersign-address": "203.0.113.7", "x-forwarded-for": "198.51.100.1" }).address).toBe(
      "203.0.113.7",
    );
    expect(facts({ "x-forwarded-for": "198.51.100.1", "x-real-ip": "198.51.100.1" }).address).toBeNull();
  });
});

describe("the same origin", () => {
  test.each([
    null,
    "",
    "null",
    "http://localhost:3000/",
    "HTTP://LOCALHOST:3000",
    "http://localhost:30001",
    "http://127.0.0.1:3000",
  ])("the Origin %j is refused", (origin) => {
    expect(isSameOrigin({ origin, fetchSite: "same-origin" })).toBe(false);
  });

  test("only the configured origin is accepted, with or without Sec-Fetch-Site", () => {
    expect(isSameOrigin({ origin: "http://localhost:3000", fetchSite: "same-origin" })).toBe(true);
    expect(isSameOrigin({ origin: "http://localhost:3000", fetchSite: null })).toBe(true);
    expect(isSameOrigin({ origin: "http://localhost:3000", fetchSite: "same-site" })).toBe(false);
  });
});

test("on plain HTTP cookies have plain names, and the session is read from its own", () => {
  expect(cookieNames().session).toBe("countersign-session-token");
  expect(facts({}, { "countersign-session-token": "t" }).token).toBe("t");
  expect(facts({}, { "__Host-countersign-session-token": "t" }).token).toBeNull();
});
