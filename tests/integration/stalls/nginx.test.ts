import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repliesIn } from "../../kit/gateway/gateway-requests";
import { startBalancer, startNginx } from "../../kit/network/nginx";

type Nginx = Awaited<ReturnType<typeof startNginx>> | Awaited<ReturnType<typeof startBalancer>>;
let asking: Nginx;
let balancing: Nginx;
// Nothing listens behind either, because the tests are about nginx's own replies.
beforeAll(async () => {
  [asking, balancing] = await Promise.all([startNginx({ authorizePort: 1, apiPort: 1 }), startBalancer([1, 1, 1])]);
}, 300_000);
afterAll(async () => {
  await Promise.all([asking?.stop(), balancing?.stop()]);
});

const opened = (nginx: Nginx): Socket =>
  "certificate" in nginx
    ? connectTls({ port: nginx.port, host: "127.0.0.1", ca: nginx.certificate, servername: "localhost" })
    : connect(nginx.port, "127.0.0.1");

/** The received text, until there is a reply or nginx ends the connection. */
async function received(nginx: Nginx, ...lines: string[]): Promise<string> {
  const socket = opened(nginx).setEncoding("latin1");
  let text = "";
  socket.on("data", (more: string) => (text += more)).on("error", () => undefined);
  socket.write(lines.join("\r\n"));
  const replied = async () => {
    for (; !/\r\n\r\n.*\}$/s.test(text); await once(socket, "data"));
  };
  await Promise.race([once(socket, "close"), replied()]);
  socket.destroy();
  return text;
}

const END = "Connection: close";
const POST = "POST /api/v2/payments HTTP/1.1";
const BODY = ["Content-Length: 2", "", "{}"];

describe.each([
  ["before the gateways", () => balancing, '502 {"error":"Bad gateway","code":"bad_gateway"}'],
  ["that asks the gateway", () => asking, '503 {"error":"Unavailable","code":"unavailable"}'],
])("nginx %s, as docs/gateway configures it, refuses with the gateway's own response in JSON", (_, nginx, away) => {
  test.each<[string, string[], string]>([
    [
      "a body over 8 MiB",
      [POST, "Host: a", END, `Content-Length: ${9 * 1024 * 1024}`, "", ""],
      '413 {"error":"Payload too large","code":"payload_too_large"}',
    ],
    [
      "a header over 8 KiB",
      [POST, "Host: a", END, `X-A: ${"v".repeat(9_000)}`, ...BODY],
      '431 {"error":"Request header fields too large","code":"headers_too_large"}',
    ],
    [
      "a target over 8 KiB",
      [`GET /api/v2/ping?${"v".repeat(9_000)} HTTP/1.1`, "Host: a", "", ""],
      '431 {"error":"Request header fields too large","code":"headers_too_large"}',
    ],
    ["two Hosts", [POST, "Host: a", "Host: b", END, ...BODY], '400 {"error":"Bad request","code":"bad_request"}'],
    ["everything while no gateway answers", [POST, "Host: a", END, ...BODY], away],
  ])("%s", async (_, lines, refusal) => {
    const [reply] = repliesIn(await received(nginx(), ...lines));
    expect(`${reply?.status} ${reply?.body}`).toBe(refusal);
    expect(reply?.head).toMatch(/^content-type: application\/json/im);
  });
});

test("nginx, as docs/gateway configures it, gives up a body of which nothing more comes, long before its own minute", async () => {
  const began = performance.now();
  await Promise.all(
    [asking, balancing].map((nginx) => received(nginx, POST, "Host: a", "Content-Length: 10", "", "{")),
  );
  expect(performance.now() - began).toBeLessThan(50_000);
});
