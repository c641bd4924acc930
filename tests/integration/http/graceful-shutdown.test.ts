import { once } from "node:events";
import { Agent, type ClientRequest, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { testProgram } from "../../kit/child-env";
import { program } from "../../kit/gateway/programs";

/** Far longer than any machine takes for what must not wait this long. */
const LONG_MS = 60_000;

async function serve({ graceMs, limitMs = 2 * LONG_MS }: { graceMs: number; limitMs?: number }) {
  const server = program({ file: testProgram("drainable-server"), args: [String(graceMs), String(limitMs)] });
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
        response
          .on("data", (chunk) => (text += chunk))
          .once("end", () => resolve(`${text} ${response.headers.connection}`));
      });
      sending.end();
    });
  const ask = (url: string, ownAgent?: Agent | false) => answer(begin(url, ownAgent));
  const connect = async (url: string) => {
    const sending = begin(url, false);
    const answered = answer(sending);
    const [socket] = await once(sending, "socket");
    if (socket.connecting) await once(socket, "connect");
    return { answered };
  };
  const stop = async () => {
    const asked = performance.now();
    server.kill("SIGTERM");
    const { code } = await server.ended;
    return { code, ms: performance.now() - asked };
  };
  return { server, ask, connect, stop };
}

test("requests sent before the listener closes are answered: on open connections, and on twenty that a busy process has yet to accept", async () => {
  const { server, ask, connect, stop } = await serve({ graceMs: 600 });
  expect(await ask("/first")).toBe("/first keep-alive");
  const busy = ask("/busy", false);
  await server.line();
  const stopping = stop();
  const open = ask("/open");
  const waiting = await Promise.all(Array.from({ length: 20 }, () => connect("/new")));
  server.child.stdin?.write("\n");
  expect(await busy).toMatch(/^\/busy /);
  const answers = (await Promise.all([open, ...waiting.map(({ answered }) => answered)])).map(
    (answer) => answer.split(" ")[0],
  );
  expect(answers).toEqual(["/open", ...Array(20).fill("/new")]);
  expect((await stopping).code).toBe(0);
});

test("a steady stream of connections with one request each is accepted or refused: none that waits is reset", async () => {
  const { ask, stop } = await serve({ graceMs: 5_000 });
  await ask("/first", false);
  const asked: Promise<string>[] = [];
  let stopping: ReturnType<typeof stop> | undefined;
  await new Promise<void>((resolve) => {
    const stream = setInterval(() => {
      asked.push(ask("/work", false));
      if (asked.length === 20) stopping = stop();
      if (asked.length < 70) return;
      clearInterval(stream);
      resolve();
    }, 25);
  });
  const answers = await Promise.all(asked);
  expect((await stopping)?.code).toBe(0);
  const others = answers.filter((answer) => !/^\/work |ECONNREFUSED/.test(answer));
  // One may arrive between the last check and the close, which no call can combine.
  expect(others.length, others.join()).toBeLessThanOrEqual(1);
  expect(answers.filter((answer) => answer.startsWith("/work")).length).toBeGreaterThan(15);
});

test("an open connection is served until it was idle for the grace period; a new one is refused", async () => {
  const { ask, stop } = await serve({ graceMs: LONG_MS });
  await ask("/first");
  const stopping = stop();
  await expect.poll(() => ask("/new", false)).toContain("ECONNREFUSED");
  expect(await ask("/late")).toBe("/late close");
  const { code, ms } = await stopping;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(LONG_MS);
});

test("a request in progress is answered before the end", async () => {
  const { server, ask, stop } = await serve({ graceMs: 0 });
  await ask("/first");
  const slow = ask("/slow");
  await server.line();
  expect((await stop()).code).toBe(0);
  expect(await slow).toBe("/slow close");
});

test("without a connection it ends at once, whatever the grace period", async () => {
  const { ask, stop } = await serve({ graceMs: LONG_MS });
  await ask("/first", false);
  const { code, ms } = await stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(LONG_MS / 2);
});

test("it waits no longer than its limit for a response that never comes", async () => {
  const { server, ask, stop } = await serve({ graceMs: 0, limitMs: 500 });
  const never = ask("/never");
  await server.line();
  const { code, ms } = await stop();
  expect(code).toBe(0);
  expect(ms).toBeGreaterThan(400);
  expect(ms).toBeLessThan(LONG_MS / 2);
  expect(await never).toContain("socket hang up");
});
