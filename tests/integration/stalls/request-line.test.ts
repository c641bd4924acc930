import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { RawClient, repliesIn, send } from "../../kit/gateway/gateway-requests";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayHere({ ready: false });
});
afterAll(() => gateway.stop());

async function first(...lines: string[]): Promise<string> {
  const client = new RawClient(gateway.port).write(...lines);
  await expect.poll(() => repliesIn(client.received).length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
  client.end();
  return repliesIn(client.received).map(
    ({ status, body }) => `${status} ${body === "OK" ? "OK" : JSON.parse(body).code}`,
  )[0] as string;
}

describe("a request line", () => {
  test.each([
    ["of HTTP/2", "GET /api/v2/ping HTTP/2.0"],
    ["of HTTP/0.9", "GET /api/v2/ping HTTP/0.9"],
    ["without a version", "GET /api/v2/ping"],
    ["with two blanks before its target", "GET  /api/v2/ping HTTP/1.1"],
    ["with two blanks after its target", "GET /api/v2/ping  HTTP/1.1"],
    ["with a blank at its end", "GET /api/v2/ping HTTP/1.1 "],
    ["that begins with a blank", " GET /api/v2/ping HTTP/1.1"],
    ["with bytes that are no ASCII", "GET /api/v2/ping?\xe9\x80 HTTP/1.1"],
    ["with a tab", "GET\t/api/v2/ping HTTP/1.1"],
  ])("%s is refused", async (_, line) => {
    expect(await first(line, "Host: a", "", "")).toBe("400 bad_request");
  });

  test.each([
    ["as usual", "GET /api/v2/ping HTTP/1.1", "200 OK"],
    ["after empty lines (RFC 9112, 2.2)", "\r\n\r\nGET /api/v2/ping HTTP/1.1", "200 OK"],
    ["with a target in absolute form", "GET http://a/api/v2/ping?x=%20 HTTP/1.1", "200 OK"],
  ])("%s is accepted", async (_, line, reply) => {
    expect(await first(line, "Host: a", "", "")).toBe(reply);
  });
});

test("HEAD on ping gets the same as GET, without the body", async () => {
  const [get, head] = [
    await send(`${gateway.origin}/api/v2/ping`, { method: "GET" }),
    await send(`${gateway.origin}/api/v2/ping`, { method: "HEAD" }),
  ];
  expect(head).toMatchObject({ status: 200, body: "" });
  for (const name of ["content-length", "content-type", "cache-control"])
    expect(head.headers[name]).toBe(get.headers[name]);
});
