import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { responseHeaders } from "@/lib/dashboard/response-headers";
import { createDashboardServer } from "@/lib/dashboard/server";
import { createLog } from "@/lib/gateway/log";
import { trustedProxies } from "@/lib/http/client-address";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionToken } from "@/lib/identity/session/token";

/* What pages read from their request's headers comes from the server in front of Next. */

const COOKIE = `${cookieNames().session}=${sessionToken("e7a0d8a4-6f7e-4b57-9a07-5a2f4a6f8d55")}`;

/** A request through the server in front: what Next gets of it, and the headers of the response. */
async function asked(path: string, headers: Record<string, string> = {}, method = "GET") {
  let inward: IncomingHttpHeaders = {};
  const { server, answer } = createDashboardServer({
    publicOrigin: "http://localhost:3000",
    trusted: trustedProxies([]),
    maxConnections: 10,
    maxConnectionsPerSource: 10,
    headersFor: (nonce) => responseHeaders({ nonce, tls: false, development: false }),
    handle: async (incoming, response) => {
      inward = incoming.headers;
      response.end();
    },
    log: createLog("silent", undefined, "dashboard"),
  });
  server.on("request", answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: "127.0.0.1", path, method, headers: { host: "localhost:3000", ...headers } });
  const [response] = await once(sent.end(), "response");
  response.resume();
  return { inward, outward: response.headers as IncomingHttpHeaders };
}

test("the nonce is new for each request; it and the policy are those of the response", async () => {
  const [one, two] = [await asked("/login"), await asked("/login")];
  const nonce = one.inward["x-nonce"];
  expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  expect(one.outward["content-security-policy"]).toContain(`'nonce-${nonce}'`);
  expect(one.inward["content-security-policy"]).toBe(one.outward["content-security-policy"]);
  expect(two.inward["x-nonce"]).not.toBe(nonce);
});

test("a nonce, a policy and a path that the client sent are replaced", async () => {
  const { inward } = await asked("/merchants", {
    "x-nonce": "known",
    "content-security-policy": "default-src *",
    "x-countersign-path": "//evil.example",
  });
  expect(inward["x-nonce"]).not.toBe("known");
  expect(inward["content-security-policy"]).toContain("default-src 'none'");
  expect(inward["x-countersign-path"]).toBe("/merchants");
});

test("GET and HEAD are marked as reads; a client cannot mark a POST", async () => {
  for (const method of ["GET", "HEAD"]) expect((await asked("/", {}, method)).inward["x-countersign-read"]).toBe("1");
  const { inward } = await asked("/", { cookie: COOKIE, "content-length": "0", "x-countersign-read": "1" }, "POST");
  expect(inward["x-nonce"]).toBeDefined();
  expect(inward["x-countersign-read"]).toBeUndefined();
});

test.each([
  ["/merchants/1/api-keys?before=3&_rsc=1x2", "/merchants/1/api-keys?before=3"],
  ["/merchants?_rsc=abc", "/merchants"],
  ["//evil.example/login", "//evil.example/login"],
])("the path of %s, to which a login returns, is %s", async (url, path) => {
  expect((await asked(url)).inward["x-countersign-path"]).toBe(path);
});
