import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { responseHeaders } from "@/lib/dashboard/response-headers";
import { createDashboardServer, type DashboardParts } from "@/lib/dashboard/server";
import { createLog } from "@/lib/gateway/log";
import { trustedProxies } from "@/lib/http/client-address";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionToken } from "@/lib/identity/session/token";
import { until } from "../../kit/until";

/* The server in front of Next, attacked over real connections by somebody who is not logged in. */

const MB = 1024 * 1024;
const COOKIE = `${cookieNames().session}=${sessionToken("e7a0d8a4-6f7e-4b57-9a07-5a2f4a6f8d55")}`;
const HOST = "Host: localhost:3000";

async function serve(wishes: Partial<DashboardParts> & { trust?: string[] } = {}) {
  const lines: string[] = [];
  const connections: Socket[] = [];
  const handle = vi.fn(async (request: IncomingMessage, response: ServerResponse) => {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    response.end(`${bytes} bytes at ${request.url}`);
  });
  const { server, answer } = createDashboardServer({
    publicOrigin: "http://localhost:3000",
    trusted: trustedProxies(wishes.trust ?? []),
    maxConnections: 1_000,
    maxConnectionsPerSource: 1_000,
    headersFor: (nonce) => responseHeaders({ nonce, tls: false, development: false }),
    handle,
    log: createLog("debug", { write: (line) => void lines.push(line) }, "dashboard"),
    ...wishes,
  });
  server.on("request", answer).on("connection", (socket) => connections.push(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const open = (from = "127.0.0.1") => stranger(port, from);
  return { server, open, handle, lines, connections };
}

function stranger(port: number, localAddress: string) {
  const socket = connect({ port, host: "127.0.0.1", localAddress }).setEncoding("latin1");
  let received = "";
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(received)));
  socket.on("error", () => undefined).on("data", (more: string) => (received += more));
  onTestFinished(() => void socket.destroy());
  const write = (...lines: string[]) => void socket.write(lines.join("\r\n"), "latin1");
  return { socket, write, closed, received: () => received };
}

const postTo = (path: string, ...headers: string[]) => [`POST ${path} HTTP/1.1`, HOST, ...headers, "", ""];

test("100 connections without a session that send 9 MB each are answered, and hardly any of it is read", async () => {
  const { open, handle, connections } = await serve();
  const piece = Buffer.alloc(MB, "x");
  const paths = ["/merchants", "/login", "/api/auth/callback/credentials", "/support/search"];
  const clients = Array.from({ length: 100 }, (_, place) => {
    const client = open();
    client.write(
      ...postTo(paths[place % paths.length] as string, `Content-Length: ${9 * MB}`, "Content-Type: text/plain"),
    );
    for (let sent = 0; sent < 9; sent++) client.socket.write(piece);
    return client;
  });
  const answers = await Promise.all(clients.map(({ closed }) => closed));
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 (401|413) /);
  expect(handle).not.toHaveBeenCalled();
  expect(Math.max(...connections.map(({ bytesRead }) => bytesRead))).toBeLessThan(MB);
});

test("100 Continue is never sent for a body that will be refused, and is sent otherwise", async () => {
  const { open } = await serve();
  const refused = open();
  refused.write(...postTo("/merchants", "Content-Length: 3", "Expect: 100-continue"));
  expect(await refused.closed).toMatch(/^HTTP\/1\.1 401 /);
  const taken = open();
  taken.write(...postTo("/merchants", "Content-Length: 3", "Expect: 100-continue", `Cookie: ${COOKIE}`));
  await until("the body is asked for", () => taken.received() === "HTTP/1.1 100 Continue\r\n\r\n");
  taken.write("abc");
  await until("it is answered", () => taken.received().includes("3 bytes at /merchants"));
  const odd = open();
  odd.write("GET / HTTP/1.1", HOST, "Expect: the-unexpected", "", "");
  expect(await odd.closed).toMatch(/^HTTP\/1\.1 417 /);
});

test("after a small refusal the connection stays open: a browser that was logged out need not open another", async () => {
  const { open } = await serve();
  const { write, received } = open();
  write(...postTo("/merchants", "Content-Length: 3").slice(0, -1), "abc");
  await until("it is refused", () => received().includes("You were logged out, and nothing was changed."));
  write("GET /login HTTP/1.1", HOST, "", "");
  await until("the next is answered", () => received().includes("0 bytes at /login"));
});

describe("a slow client gets 408, and is disconnected soon after its limit", () => {
  /** The limit is half a second. Node checks it only every 30 s unless configured otherwise. */
  const SOON_MS = 15_000;
  test.each([
    ["the headers", ["GET / HTTP/1.1", HOST, ""], []],
    ["nothing at all", [""], []],
    ["a login's body", postTo("/api/auth/callback/credentials", "Content-Length: 100"), []],
    ["a body of somebody who is logged in", postTo("/merchants", "Content-Length: 100", `Cookie: ${COOKIE}`), []],
  ])("with %s", async (_, begun) => {
    const { open } = await serve({ headersMs: 500, requestMs: 500 });
    const { write, closed, socket } = open();
    write(...begun);
    const began = performance.now();
    // A byte now and then does not count as progress.
    const dripping = setInterval(() => begun.length > 1 && socket.writable && write("x"), 50);
    onTestFinished(() => clearInterval(dripping));
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
    expect(performance.now() - began).toBeLessThan(SOON_MS);
  });

  test("a request that arrives in time does not", async () => {
    const { open } = await serve({ headersMs: 5_000, requestMs: 10_000 });
    const { write, received } = open();
    write(...postTo("/merchants", "Content-Length: 2", `Cookie: ${COOKIE}`));
    write("a");
    await sleep(600);
    write("b");
    await until("it is answered", () => received().includes("2 bytes at /merchants"));
  });
});

describe("connections", () => {
  const served = async (client: ReturnType<typeof stranger>) => {
    client.write("GET /login HTTP/1.1", HOST, "", "");
    return Promise.race([
      new Promise((resolve) => client.socket.once("data", () => resolve("served"))),
      client.closed.then(() => "closed"),
    ]);
  };

  test("of one source are limited, so that others are served", async () => {
    const { open, lines } = await serve({ maxConnectionsPerSource: 3, maxConnections: 5 });
    const three = [open("127.0.0.2"), open("127.0.0.2"), open("127.0.0.2")];
    for (const each of three) expect(await served(each)).toBe("served");
    expect(await served(open("127.0.0.2"))).toBe("closed");
    expect(await served(open("127.0.0.3"))).toBe("served");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ msg: "full", limit: "source", process: "dashboard" }),
    ]);
    three[0]?.socket.destroy();
    await expect.poll(() => served(open("127.0.0.2"))).toBe("served");
  });

  test("of a trusted proxy are held only to the total limit", async () => {
    const { open } = await serve({ maxConnectionsPerSource: 1, maxConnections: 2, trust: ["127.0.0.2"] });
    for (const expected of ["served", "served", "closed"]) expect(await served(open("127.0.0.2"))).toBe(expected);
  });
});

describe("every refusal has the headers of a page and an id, and a plain sentence", () => {
  const NAMES = [
    ...[
      "content-security-policy",
      "x-content-type-options",
      "referrer-policy",
      "cross-origin-opener-policy",
      "cross-origin-resource-policy",
    ],
    ...["permissions-policy", "x-request-id"],
  ];
  test.each([
    [400, ["GET / HTTP/1.1", HOST, "Host: evil.example", "", ""]],
    [400, ["GET / HTTP/1.1", "", ""]],
    [400, ["EHLO desk.example", "", ""]],
    [400, ["GET http://evil.example/ HTTP/1.1", HOST, "", ""]],
    [400, ["GET / HTTP/1.1", HOST, "Content-Length: 3", "", "abc"]],
    [401, [...postTo("/merchants", "Content-Length: 0")]],
    [405, ["PUT / HTTP/1.1", HOST, "", ""]],
    [405, ["CONNECT gateway.example:443 HTTP/1.1", HOST, "", ""]],
    [411, postTo("/merchants", `Cookie: ${COOKIE}`, "Transfer-Encoding: chunked")],
    [413, postTo("/merchants", `Cookie: ${COOKIE}`, "Content-Length: 65537")],
    [431, ["GET / HTTP/1.1", HOST, `X-A: ${"v".repeat(20_000)}`, "", ""]],
    [431, ["GET / HTTP/1.1", HOST, ...Array.from({ length: 70 }, (_, place) => `X-${place}: v`), "", ""]],
    [307, ["GET /login HTTP/1.1", "Host: 127.0.0.1:3000", "", ""]],
  ])("%s: %j", async (status, lines) => {
    const { open, handle } = await serve();
    const { write, received } = open();
    write(...lines);
    await until("it is refused", () => received().includes("\r\n\r\n"));
    const [head = "", text = ""] = received().split("\r\n\r\n");
    expect(head).toContain(`HTTP/1.1 ${status} `);
    for (const name of NAMES) expect(head.toLowerCase()).toContain(`\r\n${name}: `);
    expect(text).toMatch(/^(?:<!doctype html>[\s\S]*<p>)?\w[\w ,'-]+\.(?: |<|$)/);
    expect(handle).not.toHaveBeenCalled();
  });

  test("for a browser that opens it, as a page, whose style its policy allows", async () => {
    const { open } = await serve();
    const { write, received } = open();
    write(...postTo("/merchants", "Content-Length: 0", "Accept: text/html,*/*"));
    await until("it is refused", () => received().includes("</html>"));
    const nonce = /script-src 'nonce-([^']+)'/.exec(received())?.[1] ?? "none";
    expect(received()).toContain(`<style nonce="${nonce}">`);
    expect(received()).toContain("<h1>You were logged out</h1>");
  });
});

test("an unexpected failure is logged with the request's id, and not described in the response", async () => {
  const handle = async (_: IncomingMessage, response: ServerResponse) => {
    response.flushHeaders();
    throw Object.assign(new Error("Can't reach database server"), { detail: "s3cret" });
  };
  const { open, lines } = await serve({ handle });
  const { write, closed } = open();
  write("GET /login?token=s3cret HTTP/1.1", HOST, "", "");
  const id = /x-request-id: ([\w-]+)/i.exec(await closed)?.[1];
  expect(await closed).not.toContain("database");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: 50,
    requestId: id,
    path: "/login",
    err: { message: "Can't reach database server" },
  });
  expect(lines.join()).not.toContain("s3cret");
});
