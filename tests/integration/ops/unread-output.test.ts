import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { db } from "@/lib/platform/db/db";
import { bundleOf } from "../../kit/child-env";
import { freePort } from "../../kit/free-port";
import { send } from "../../kit/gateway/gateway-requests";
import { type Program, program } from "../../kit/gateway/programs";
import { stopwatch } from "../../kit/stopwatch";

const {
  APP_DATABASE_URL = "",
  INVITATION_KEY = "",
  GATEWAY_DATABASE_URL = "",
  SEALING_PRIVATE_KEYS = "",
} = process.env;

function start(name: string, env: Record<string, string>, args: string[] = []): Program {
  const running = program({ file: bundleOf(name), args }, { env });
  onTestFinished(() => running.kill("SIGKILL"));
  return running;
}

/** As if the process that read the output were gone: the next write meets a broken pipe. */
async function stopReading({ child }: Program): Promise<void> {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.destroy();
    if (stream && !stream.closed) await once(stream, "close");
  }
}

async function endsInOrder({ child, kill }: Program): Promise<void> {
  const exit = once(child, "exit");
  const took = stopwatch();
  kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
  // A worker pauses for 10 s between its rounds, but does not finish the pause.
  expect(took()).toBeLessThan(9_000);
}

test("a gateway whose output nobody reads any more keeps answering, and ends when it is asked to", async () => {
  const port = await freePort();
  const given = { GATEWAY_DATABASE_URL, SEALING_PRIVATE_KEYS, GATEWAY_PORT: String(port), DRAIN_SECONDS: "0" };
  const gateway = start("gateway", given);
  while (!(await gateway.line()).includes('"listening"'));
  await stopReading(gateway);
  const ping = async () => (await send(`http://127.0.0.1:${port}/api/v2/ping`)).status;
  expect(await ping()).toBe(200);
  // Its log is written in batches.
  await sleep(500);
  expect(await ping()).toBe(200);
  await sleep(500);
  await endsInOrder(gateway);
});

test("an admin command whose output nobody reads any more, as after | head, ends as if it were read", async () => {
  const help = start("admin", {}, ["help"]);
  await stopReading(help);
  expect((await help.ended).code).toBe(0);
});

test("a worker whose output nobody reads any more keeps working, and ends when it is asked to", async () => {
  const mail = mkdtempSync(path.join(os.tmpdir(), "countersign-mail-"));
  onTestFinished(() => rmSync(mail, { recursive: true }));
  const worker = start("worker", { APP_DATABASE_URL, INVITATION_KEY, DEMO_MAIL_DIR: mail });
  await stopReading(worker);
  // The worker logs what it erases.
  await db().rateLimit.create({ data: { key: "over", points: 1, expire: 1n }, select: { key: true } });
  await expect.poll(() => db().rateLimit.count()).toBe(0);
  await sleep(200);
  await endsInOrder(worker);
});
