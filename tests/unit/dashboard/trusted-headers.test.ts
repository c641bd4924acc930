import { beforeAll, describe, expect, test } from "vitest";
import { sanitize } from "@/lib/dashboard/trusted-headers";
import { trustedProxies } from "@/lib/http/client-address";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionToken } from "@/lib/identity/session/token";
import { testEnvironment } from "../../kit/environment";

const SIGN_IN = "/api/auth/callback/credentials";
const none = "postgres://nobody@127.0.0.1:1/none";
beforeAll(
  () => void Object.assign(process.env, testEnvironment({ owner: none, app: none, gateway: none, support: none })),
);

const direct = { publicOrigin: "http://localhost:3000", trusted: trustedProxies([]) };
const behindProxy = { publicOrigin: "https://keys.example.com", trusted: trustedProxies(["10.0.0.0/8"]) };

function request(headers: Record<string, string> = {}, { method = "GET", url = "/login", peer = "198.51.100.9" } = {}) {
  const all: Record<string, string> = { host: "localhost:3000", ...headers };
  return { method, url, peer, httpVersion: "1.1", rawHeaders: Object.entries(all).flat(), headers: all };
}

describe("the client's address", () => {
  test.each(["x-forwarded-for", "X-Countersign-Address".toLowerCase(), "forwarded", "x-real-ip"])(
    "a client's own %s is ignored",
    (header) => {
      const incoming = request({ [header]: "203.0.113.1" });
      sanitize(incoming, direct);
      expect(incoming.headers).toEqual({
        host: "localhost:3000",
        "x-forwarded-proto": "http",
        "x-countersign-address": "198.51.100.9",
      });
    },
  );

  test("what a client wrote before a proxy's own entry is ignored", () => {
    const incoming = request({ "x-forwarded-for": "127.0.0.1, 203.0.113.1" }, { peer: "10.0.0.2" });
    sanitize(incoming, behindProxy);
    expect(incoming.headers["x-countersign-address"]).toBe("203.0.113.1");
  });

  test("an entry that cannot be read leaves no address at all, not even the client's", () => {
    const incoming = request(
      { "x-forwarded-for": "unknown", "x-countersign-address": "203.0.113.1" },
      { peer: "10.0.0.2" },
    );
    sanitize(incoming, behindProxy);
    expect(incoming.headers).not.toHaveProperty("x-countersign-address");
  });

  test("a peer outside the trusted networks is not a proxy, whatever it sends", () => {
    const incoming = request(
      { "x-forwarded-for": "203.0.113.1", "x-forwarded-host": "keys.example.com" },
      { peer: "11.0.0.2" },
    );
    sanitize(incoming, behindProxy);
    expect(incoming.headers["x-countersign-address"]).toBe("11.0.0.2");
    expect(incoming.headers).not.toHaveProperty("x-forwarded-host");
  });

  test("an IPv4 peer of a socket for both families is written as IPv4", () => {
    const incoming = request({}, { peer: "::ffff:198.51.100.9" });
    sanitize(incoming, direct);
    expect(incoming.headers["x-countersign-address"]).toBe("198.51.100.9");
  });
});

describe("a prefetch", () => {
  test.each(["next-router-prefetch", "next-router-segment-prefetch"])(
    "marked by %s is passed to the pages, from which Next hides it",
    (header) => {
      const incoming = request({ [header]: "1" });
      sanitize(incoming, direct);
      expect(incoming.headers["x-countersign-prefetch"]).toBe("1");
    },
  );

  test("cannot be claimed by a client", () => {
    const incoming = request({ "x-countersign-prefetch": "1" });
    sanitize(incoming, direct);
    expect(incoming.headers).not.toHaveProperty("x-countersign-prefetch");
  });
});

describe("headers that control the pages", () => {
  test.each(["x-nonce", "x-middleware-subrequest", "x-middleware-next", "x-countersign-anything"])(
    "a client's %s is dropped",
    (header) => {
      const incoming = request({ [header]: "1" });
      sanitize(incoming, direct);
      expect(incoming.headers).not.toHaveProperty(header);
    },
  );

  test.each(["198.51.100.9", "10.1.2.3"])("host and scheme are PUBLIC_ORIGIN's, whatever %s says", (peer) => {
    const said = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "gopher",
      "x-forwarded-port": "1",
    };
    const incoming = request(said, { peer });
    sanitize(incoming, behindProxy);
    expect(incoming.headers).toMatchObject({ host: "keys.example.com", "x-forwarded-proto": "https" });
    for (const name of ["x-forwarded-host", "x-forwarded-port"]) expect(incoming.headers).not.toHaveProperty(name);
  });
});

describe("methods and hosts", () => {
  test.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])("%s is refused", (method) => {
    expect(sanitize(request({}, { method }), direct)).toEqual({ refused: { status: 405 } });
  });

  test.each(["http://evil.example/", "*", "evil.example:443", ""])(
    "a request for %j, which is not a path, is refused",
    (url) => {
      expect(sanitize(request({}, { url }), direct)).toEqual({ refused: { status: 400 } });
    },
  );

  test.each(["127.0.0.1:3000", "[::1]:3000", "127.8.9.10", "localhost:4000"])(
    "a GET for %s is redirected to the public origin",
    (host) => {
      const verdict = sanitize(request({ host }, { url: "/merchants?a=1" }), direct);
      expect(verdict).toEqual({ refused: { status: 307, location: "http://localhost:3000/merchants?a=1" } });
    },
  );

  test("a path that looks like a host cannot send the redirect elsewhere", () => {
    const verdict = sanitize(request({ host: "127.0.0.1:3000" }, { url: "//evil.example/x" }), direct);
    expect(verdict).toMatchObject({ refused: { location: "http://localhost:3000//evil.example/x" } });
  });

  test("a POST is never redirected, and health works on every loopback name", () => {
    const post = { method: "POST", url: SIGN_IN };
    expect(sanitize(request({ host: "127.0.0.1:3000", "content-length": "2" }, post), direct)).toEqual({
      url: SIGN_IN,
    });
    expect(sanitize(request({ host: "127.0.0.1:3000" }, { url: "/api/health" }), direct)).toEqual({
      url: "/api/health",
    });
  });

  test("a proxy that uses a loopback name is not redirected, nor is any client where the public origin is elsewhere", () => {
    const rules = { publicOrigin: "http://localhost:3000", trusted: trustedProxies(["127.0.0.1"]) };
    expect(sanitize(request({ host: "127.0.0.1:9" }, { peer: "127.0.0.1" }), rules)).toEqual({ url: "/login" });
    expect(sanitize(request({ host: "127.0.0.1:9" }), behindProxy)).toEqual({ url: "/login" });
  });

  test.each([
    ["two Host headers", ["host", "localhost:3000", "Host", "evil.example"], 400],
    ["no Host header", [], 400],
    ["two lengths of its body", ["host", "a", "transfer-encoding", "chunked", "content-length", "3"], 400],
    [
      "more headers than anything sends",
      Array.from({ length: 130 }, (_, place) => (place % 2 ? "x" : `x-${place}`)),
      431,
    ],
  ])("a request with %s is refused", (_, rawHeaders, status) => {
    expect(sanitize({ ...request(), rawHeaders }, direct)).toEqual({ refused: { status } });
  });

  test.each([
    ...[
      "/%",
      "/%E0%A4%A",
      "/merchants/%00",
      "/%ED%A0%80/x",
      "/a%0d%0ab",
      "/../x",
      "/_next/static/%2e%2e%2fpackage.json",
      "/a/%2E%5Cb",
    ],
    ...["/_global-error", "/%5Ferror?a=b", "/_not-found", "/_next"],
  ])("no page is at %s", (url) => {
    expect(sanitize(request({}, { url }), direct)).toEqual({ url: "/not-found" });
  });

  test("the characters of a path are kept", () => {
    for (const url of ["/merchants/%E2%82%AC?next=%E0%A4%A", "/a%20b", "/_next/static/a.js", "/a..b/.c"])
      expect(sanitize(request({}, { url }), direct)).toEqual({ url });
  });
});

describe("a body is refused by the headers only", () => {
  const cookie = () => `a=b; ${cookieNames().session}=${sessionToken("e7a0d8a4-6f7e-4b57-9a07-5a2f4a6f8d55")}`;
  const status = (headers: Record<string, string>, url: string, method = "POST") => {
    const verdict = sanitize(request(headers, { method, url }), direct);
    return "refused" in verdict ? verdict.refused.status : 200;
  };

  test.each([
    "/login",
    "/merchants",
    "/support/search",
    "/api/passkey-challenge",
    "/api/auth/signout",
    `${SIGN_IN}/`,
    `/x/..${SIGN_IN}`,
  ])("of a client that is not logged in, at %s", (url) => {
    for (const overrides of [
      {},
      { cookie: "countersign-session-token=x" },
      { cookie: cookie().slice(0, -2) },
    ] as Record<string, string>[])
      expect(status({ "content-length": "2", ...overrides }, url)).toBe(401);
    expect(status({ "content-length": "2", cookie: cookie() }, url)).toBe(200);
  });

  test.each([
    ["a login's, past 16 KiB", { "content-length": "16385" }, SIGN_IN, 413],
    ["a login's, of 16 KiB", { "content-length": "16384" }, SIGN_IN, 200],
    ["a first login's, past 16 KiB", { "content-length": "16385" }, "/api/auth/callback/invitation", 413],
    ["of unknown length", { "transfer-encoding": "chunked" }, SIGN_IN, 411],
  ])("%s", (_, headers, url, expected) => {
    expect(status(headers as Record<string, string>, url)).toBe(expected);
  });

  test("of a logged-in user, past 64 KiB or of unknown length", () => {
    expect(status({ cookie: cookie(), "content-length": "65536" }, "/merchants")).toBe(200);
    expect(status({ cookie: cookie(), "content-length": "65537" }, "/merchants")).toBe(413);
    expect(status({ cookie: cookie(), "transfer-encoding": "chunked" }, "/merchants")).toBe(411);
  });

  test("of a GET, which has none", () => {
    expect(status({ "content-length": "1" }, "/login", "GET")).toBe(400);
    expect(status({ "transfer-encoding": "chunked" }, "/login", "HEAD")).toBe(400);
    expect(status({ "content-length": "0" }, "/login", "GET")).toBe(200);
  });
});
