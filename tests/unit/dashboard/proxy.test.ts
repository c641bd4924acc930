import { AsyncLocalStorage } from "node:async_hooks";
import type { unstable_doesMiddlewareMatch } from "next/experimental/testing/server";
import { NextRequest } from "next/server";
import { beforeAll, describe, expect, test } from "vitest";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionToken } from "@/lib/identity/session/token";
import { signToken } from "@/lib/platform/crypto/token";
import { config, proxy } from "@/proxy";
import { testEnvironment } from "../../kit/environment";

const none = "postgres://nobody@127.0.0.1:1/none";
beforeAll(() => {
  Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none }));
});

type Wish = { method?: string; path?: string; cookie?: string; headers?: Record<string, string>; body?: string };
async function ask({ method = "GET", path = "/merchants", cookie, headers, body }: Wish = {}) {
  const request = new NextRequest(`http://localhost:3000${path}`, { method, headers, body });
  if (cookie !== undefined) request.cookies.set(cookieNames().session, cookie);
  return proxy(request);
}
const ACTION = { "next-action": "4".repeat(42), "content-type": "text/plain;charset=UTF-8" };
const passed = (response: Response) => response.headers.get("x-middleware-next") === "1";
const good = () => sessionToken("5b0d9a52-8ac5-4df2-8f3c-f5b3d67b0d6c");

describe("a POST, before Next decodes its body", () => {
  test.each([
    ["no cookie", () => undefined],
    ["an empty cookie", () => ""],
    [
      "a cookie signed with another key",
      () => signToken("x", Buffer.alloc(32), { now: Date.now() / 1000, lifetime: 60 }),
    ],
    ["a cookie with a changed signature", () => `${good().slice(0, -4)}AAAA`],
    ["a cookie from next-auth's own encoding", () => "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c"],
  ])("with %s is refused with 401 in plain text", async (_, cookie) => {
    const response = await ask({ method: "POST", cookie: cookie() });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe("You were logged out, and nothing was changed.");
  });

  test.each([
    "/",
    "/login",
    "/merchants/1/api-keys",
    "/api/api-keys/1/reveal",
    "/api/health",
    "/api/authors",
    "/api/auth",
  ])("to %s without a session is refused", async (path) => {
    expect((await ask({ method: "POST", path })).status).toBe(401);
  });

  test.each(["/api/auth/../merchants", "/api/auth/%2e%2e/merchants", "//api/auth/x", "/API/AUTH/callback/credentials"])(
    "disguised as a login, %s, is refused",
    async (path) => {
      expect((await ask({ method: "POST", path })).status).toBe(401);
    },
  );

  test("of a login is let through", async () => {
    expect(passed(await ask({ method: "POST", path: "/api/auth/callback/credentials" }))).toBe(true);
  });

  test("with a signed cookie is let through: whether the session is live is checked later", async () => {
    expect(passed(await ask({ method: "POST", cookie: good() }))).toBe(true);
  });

  test.each([
    ["the arguments of an action", '[{"code":"123456","ips":[],"note":"$undefined","text":"$$5"}]'],
    ["no arguments", "[]"],
  ])("with %s is let through", async (_, body) => {
    expect(passed(await ask({ method: "POST", cookie: good(), headers: ACTION, body }))).toBe(true);
  });

  test.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["what is no list", '{"a":1}'],
    ["a map", '["$Q1"]'],
    ["a BigInt", '["$n1"]'],
    ["9,000 lists within one another", "[".repeat(9_000) + "]".repeat(9_000)],
    ["a form", "--x", "multipart/form-data; boundary=x"],
    ["another type", "[]", "text/html"],
  ])(
    "for an action with %s is refused with 400, before React decodes it",
    async (_, body, type = ACTION["content-type"]) => {
      const response = await ask({
        method: "POST",
        cookie: good(),
        headers: { ...ACTION, "content-type": type },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("nothing was changed");
    },
  );

  test.each(["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])(
    "of a form (%s) to a page is refused",
    async (type) => {
      expect(
        (await ask({ method: "POST", cookie: good(), headers: { "content-type": type }, body: "a=b" })).status,
      ).toBe(400);
    },
  );
});

describe("methods", () => {
  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])(
    "%s is refused with 405, logged in or not",
    async (method) => {
      for (const cookie of [undefined, good()]) {
        const response = await ask({ method, cookie });
        expect(response.status).toBe(405);
        expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
      }
    },
  );

  test.each(["GET", "HEAD"])("%s is let through", async (method) => {
    expect(passed(await ask({ method }))).toBe(true);
  });
});

describe("for which requests Next runs it", () => {
  // Next's own matching expects this to be global.
  Object.assign(globalThis, { AsyncLocalStorage });
  type Given = Parameters<typeof unstable_doesMiddlewareMatch>[0];
  const matches = async (headers: Record<string, string>, url: string) => {
    const { unstable_doesMiddlewareMatch } = await import("next/experimental/testing/server");
    return unstable_doesMiddlewareMatch({ config: config as Given["config"], url, headers });
  };

  test.each(["/", "/login", "/login/", "/merchants/1/api-keys", "/api/health", "/a.json", "/a%0ab"])(
    "for %s, unless the server in front marked it as a read",
    async (url) => {
      expect(await matches({}, url)).toBe(true);
      expect(await matches({ "x-countersign-read": "1" }, url)).toBe(false);
    },
  );
});
