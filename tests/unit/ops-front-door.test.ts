import { describe, expect, test } from "vitest";
import { trustedProxies } from "@/lib/gateway/source-address";
import { receive } from "@/lib/ops/front-door";

const direct = { publicOrigin: "http://localhost:3000", trusted: trustedProxies([]) };
const behindProxy = { publicOrigin: "https://keys.example.com", trusted: trustedProxies(["10.0.0.0/8"]) };

function request(headers: Record<string, string> = {}, { method = "GET", url = "/login", peer = "198.51.100.9" } = {}) {
  return { method, url, peer, headers: { host: "localhost:3000", ...headers } as Record<string, string> };
}

describe("the client's address", () => {
  test.each(["x-forwarded-for", "X-Countersign-Address".toLowerCase(), "forwarded", "x-real-ip"])(
    "a client's own %s is not believed",
    (header) => {
      const incoming = request({ [header]: "203.0.113.1" });
      receive(incoming, direct);
      expect(incoming.headers).toEqual({ host: "localhost:3000", "x-countersign-address": "198.51.100.9" });
    },
  );

  test("what a client wrote before a proxy's own entry is not believed", () => {
    const incoming = request({ "x-forwarded-for": "127.0.0.1, 203.0.113.1" }, { peer: "10.0.0.2" });
    receive(incoming, behindProxy);
    expect(incoming.headers["x-countersign-address"]).toBe("203.0.113.1");
  });

  test("an entry that cannot be read leaves no address at all, not even the client's copy", () => {
    const incoming = request({ "x-forwarded-for": "unknown", "x-countersign-address": "203.0.113.1" }, { peer: "10.0.0.2" });
    receive(incoming, behindProxy);
    expect(incoming.headers).not.toHaveProperty("x-countersign-address");
  });

  test("a peer outside the trusted networks is no proxy, whatever it sends", () => {
    const incoming = request({ "x-forwarded-for": "203.0.113.1", "x-forwarded-host": "keys.example.com" }, { peer: "11.0.0.2" });
    receive(incoming, behindProxy);
    expect(incoming.headers["x-countersign-address"]).toBe("11.0.0.2");
    expect(incoming.headers).not.toHaveProperty("x-forwarded-host");
  });

  test("an IPv4 peer of a socket for both families is written as IPv4", () => {
    const incoming = request({}, { peer: "::ffff:198.51.100.9" });
    receive(incoming, direct);
    expect(incoming.headers["x-countersign-address"]).toBe("198.51.100.9");
  });
});

describe("a prefetch", () => {
  test.each(["next-router-prefetch", "next-router-segment-prefetch"])(
    "marked by %s is told to the pages, from which Next hides it",
    (header) => {
      const incoming = request({ [header]: "1" });
      receive(incoming, direct);
      expect(incoming.headers["x-countersign-prefetch"]).toBe("1");
    },
  );

  test("that is none cannot be called one by a client", () => {
    const incoming = request({ "x-countersign-prefetch": "1" });
    receive(incoming, direct);
    expect(incoming.headers).not.toHaveProperty("x-countersign-prefetch");
  });
});

describe("headers that steer the pages", () => {
  test.each(["x-nonce", "x-middleware-subrequest", "x-middleware-next", "x-countersign-anything"])("a client's %s is dropped", (header) => {
    const incoming = request({ [header]: "1" });
    receive(incoming, direct);
    expect(incoming.headers).not.toHaveProperty(header);
  });

  test("a proxy's word on the scheme is kept, a client's is not", () => {
    const [ours, theirs] = [request({ "x-forwarded-proto": "https" }, { peer: "10.1.2.3" }), request({ "x-forwarded-proto": "https" })];
    receive(ours, behindProxy);
    receive(theirs, behindProxy);
    expect(ours.headers["x-forwarded-proto"]).toBe("https");
    expect(theirs.headers).not.toHaveProperty("x-forwarded-proto");
  });
});

describe("methods and hosts", () => {
  test.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])("%s is refused", (method) => {
    expect(receive(request({}, { method }), direct)).toEqual({ pass: false, status: 405 });
  });

  test.each(["http://evil.example/", "*", "evil.example:443", ""])("a request for %j, which is no path, is refused", (url) => {
    expect(receive(request({}, { url }), direct)).toEqual({ pass: false, status: 400 });
  });

  test.each(["127.0.0.1:3000", "[::1]:3000", "127.8.9.10", "localhost:4000"])("a GET for %s is sent to the public origin", (host) => {
    const verdict = receive(request({ host }, { url: "/merchants?a=1" }), direct);
    expect(verdict).toEqual({ pass: false, status: 307, location: "http://localhost:3000/merchants?a=1" });
  });

  test("a path that looks like a host cannot send the redirect elsewhere", () => {
    const verdict = receive(request({ host: "127.0.0.1:3000" }, { url: "//evil.example/x" }), direct);
    expect(verdict).toMatchObject({ location: "http://localhost:3000//evil.example/x" });
  });

  test("a POST is never redirected, and health is answered on every loopback name", () => {
    expect(receive(request({ host: "127.0.0.1:3000" }, { method: "POST" }), direct)).toEqual({ pass: true });
    expect(receive(request({ host: "127.0.0.1:3000" }, { url: "/api/health" }), direct)).toEqual({ pass: true });
  });

  test("a proxy that asks by a loopback name is not redirected, nor is anybody where the public origin is elsewhere", () => {
    const rules = { publicOrigin: "http://localhost:3000", trusted: trustedProxies(["127.0.0.1"]) };
    expect(receive(request({ host: "127.0.0.1:9" }, { peer: "127.0.0.1" }), rules)).toEqual({ pass: true });
    expect(receive(request({ host: "127.0.0.1:9" }), behindProxy)).toEqual({ pass: true });
  });
});
