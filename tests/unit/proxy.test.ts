import { NextRequest } from "next/server";
import { beforeAll, describe, expect, test } from "vitest";
import { signToken } from "@/lib/crypto/token";
import { cookieNames } from "@/lib/session/cookies";
import { sessionToken } from "@/lib/session/token";
import { proxy } from "@/proxy";
import { testEnvironment } from "../kit/environment";

const none = "postgres://nobody@127.0.0.1:1/none";
beforeAll(() => {
  Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none }));
});

type Wish = { method?: string; path?: string; cookie?: string; headers?: Record<string, string> };
function ask({ method = "GET", path = "/merchants", cookie, headers }: Wish = {}) {
  const request = new NextRequest(`http://localhost:3000${path}`, { method, headers });
  if (cookie !== undefined) request.cookies.set(cookieNames().session, cookie);
  return proxy(request);
}
const passed = (response: Response) => response.headers.get("x-middleware-next") === "1";
const good = () => sessionToken("5b0d9a52-8ac5-4df2-8f3c-f5b3d67b0d6c");

describe("a POST, before Next decodes its body", () => {
  test.each([
    ["no cookie", () => undefined],
    ["an empty cookie", () => ""],
    ["a cookie signed with another key", () => signToken("x", Buffer.alloc(32), { now: Date.now() / 1000, lifetime: 60 })],
    ["a cookie with a changed signature", () => `${good().slice(0, -4)}AAAA`],
    ["a cookie from next-auth's own encoding", () => "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c"],
  ])("with %s is refused with 401 in plain text", async (_, cookie) => {
    const response = ask({ method: "POST", cookie: cookie() });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe("You were logged out, and nothing was changed.");
  });

  test.each(["/", "/login", "/merchants/1/api-keys", "/api/api-keys/1/reveal", "/api/health", "/api/authors", "/api/auth"])(
    "to %s without a session is refused",
    (path) => {
      expect(ask({ method: "POST", path }).status).toBe(401);
    },
  );

  test.each(["/api/auth/../merchants", "/api/auth/%2e%2e/merchants", "//api/auth/x", "/API/AUTH/callback/credentials"])(
    "that dresses up as a login, %s, is refused",
    (path) => {
      expect(ask({ method: "POST", path }).status).toBe(401);
    },
  );

  test("of a login is let through", () => {
    expect(passed(ask({ method: "POST", path: "/api/auth/callback/credentials" }))).toBe(true);
  });

  test("with a signed cookie is let through: whether the session still lives is judged behind", () => {
    expect(passed(ask({ method: "POST", cookie: good() }))).toBe(true);
  });
});

describe("methods", () => {
  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])("%s is refused with 405, logged in or not", (method) => {
    for (const cookie of [undefined, good()]) {
      const response = ask({ method, cookie });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
    }
  });

  test.each(["GET", "HEAD"])("%s is let through", (method) => {
    expect(passed(ask({ method }))).toBe(true);
  });
});

describe("what pages are told", () => {
  const inward = (response: Response, name: string) => response.headers.get(`x-middleware-request-${name}`);

  test("the nonce of a page is new on every request, and the policy's own", () => {
    const [one, two] = [ask(), ask()];
    const nonce = inward(one, "x-nonce");
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(one.headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
    expect(inward(one, "content-security-policy")).toBe(one.headers.get("content-security-policy"));
    expect(inward(two, "x-nonce")).not.toBe(nonce);
  });

  test("a nonce, a policy or a path sent by the client is not believed", () => {
    const headers = { "x-nonce": "known", "content-security-policy": "default-src *", "x-countersign-path": "//evil.example" };
    const response = ask({ headers });
    expect(inward(response, "x-nonce")).not.toBe("known");
    expect(inward(response, "content-security-policy")).toContain("default-src 'none'");
    expect(inward(response, "x-countersign-path")).toBe("/merchants");
  });

  test("a refusal carries the same headers as a page", () => {
    const response = ask({ method: "POST" });
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});
