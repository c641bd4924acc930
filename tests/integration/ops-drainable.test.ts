import { Agent, type ClientRequest, request } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { program } from "../kit/programs";

const root = path.resolve(import.meta.dirname, "../..");
const SERVER = (graceMs: number, limitMs: number) => `
  import { createServer } from "node:http";
  import { drainable } from "./lib/ops/drainable.ts";
  const server = createServer({ keepAliveTimeout: 65_000 });
  const answer = (request, response) => {
    const work = request.url === "/busy" ? 400 : request.url === "/work" ? 100 : 0;
    for (const until = performance.now() + work; performance.now() < until; );
    if (request.url !== "/never") setTimeout(() => response.end(request.url), request.url === "/slow" ? 400 : 0);
    if (request.url === "/busy" || request.url === "/never") console.log("taken");
  };
  const drained = drainable(server, answer, { graceMs: () => ${graceMs}, limitMs: ${limitMs} });
  process.once("SIGTERM", () => drained().then(() => process.exit(0)));
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;

async function serve({ graceMs, limitMs = 10_000 }: { graceMs: number; limitMs?: number }) {
  const server = program({ file: "--import", args: ["tsx", "--input-type=module", "--eval", SERVER(graceMs, limitMs)] }, { cwd: root });
  onTestFinished(() => server.kill("SIGKILL"));
  const port = Number(await server.line());
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const begin = (url: string, ownAgent: Agent | false = agent) =>
    request({ host: "127.0.0.1", port, path: url, method: "POST", agent: ownAgent });
  const answer = (sending: ClientRequest) =>
    new Promise<string>((resolve) => {
      sending.once("error", (error) => resolve(error.message));
      sending.once("response", (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk)).once("end", () => resolve(`${text} ${response.headers.connection}`));
      });
      sending.end();
    });
  const ask = (url: string, ownAgent?: Agent | false) => answer(begin(url, ownAgent));
  const stop = async () => {
    const asked = performance.now();
    server.kill("SIGTERM");
    const { code } = await server.ended;
    return { code, ms: performance.now() - asked };
  };
  return { server, ask, stop };
}

test("what was sent before the door is closed is answered: on open connections, and on twenty that wait to be accepted by a busy process", async () => {
  const { ask, stop } = await serve({ graceMs: 600 });
  expect(await ask("/first")).toBe("/first keep-alive");
  const busy = ask("/busy", false);
  await sleep(100);
  const stopping = stop();
  const waiting = [ask("/open"), ...Array.from({ length: 20 }, () => ask("/new", false))];
  expect(await busy).toMatch(/^\/busy /);
  const answers = (await Promise.all(waiting)).map((answer) => answer.split(" ")[0]);
  expect(answers).toEqual(["/open", ...Array(20).fill("/new")]);
  expect((await stopping).code).toBe(0);
});

test("a steady stream of connections that each bring work finds the door open or shut: none of those that wait is reset", async () => {
  const { ask, stop } = await serve({ graceMs: 5_000 });
  await ask("/first", false);
  const asked: Promise<string>[] = [];
  const stream = setInterval(() => asked.push(ask("/work", false)), 20);
  await sleep(400);
  const stopping = stop();
  await sleep(1_000);
  clearInterval(stream);
  const answers = await Promise.all(asked);
  expect((await stopping).code).toBe(0);
  const others = answers.filter((answer) => !/^\/work |ECONNREFUSED/.test(answer));
  // One may come between the last look and the close, which no call can join.
  expect(others.length, others.join()).toBeLessThanOrEqual(1);
  expect(answers.filter((answer) => answer.startsWith("/work")).length).toBeGreaterThan(15);
});

test("an open connection is served on until it was quiet for its grace, a new one is refused", async () => {
  const { ask, stop } = await serve({ graceMs: 5_000 });
  await ask("/first");
  const stopping = stop();
  await sleep(300);
  expect(await ask("/new", false)).toContain("ECONNREFUSED");
  expect(await ask("/late")).toBe("/late close");
  const { code, ms } = await stopping;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(4_000);
});

test("a request under way is answered before the end", async () => {
  const { ask, stop } = await serve({ graceMs: 0 });
  await ask("/first");
  const slow = ask("/slow");
  await sleep(100);
  expect((await stop()).code).toBe(0);
  expect(await slow).toBe("/slow close");
});

test("without a connection it ends at once, whatever the grace", async () => {
  const { ask, stop } = await serve({ graceMs: 5_000 });
  await ask("/first", false);
  const { code, ms } = await stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(4_000);
});

test("it waits no longer than its limit for an answer that never comes", async () => {
  const { server, ask, stop } = await serve({ graceMs: 0, limitMs: 500 });
  const never = ask("/never");
  await server.line();
  const { code, ms } = await stop();
  expect(code).toBe(0);
  expect(ms).toBeGreaterThan(400);
  expect(ms).toBeLessThan(3_000);
  expect(await never).toContain("socket hang up");
});
