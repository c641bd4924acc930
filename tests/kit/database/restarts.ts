import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { db } from "@/lib/platform/db/db";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { gatewayHere } from "../gateway/gateway";
import { insertKey, type StoredKey } from "../gateway/gateway-keys";
import { startTcpProxy } from "../network/tcp-proxy";
import { unwrap } from "../people/api-keys";
import { ACCEPTED, REFUSED, startRequestLoop } from "../request-loop";
import { loneServer } from "./replication";

/**
 * The server is killed at most this long after a command starts: before, during or after its
 * writes.
 */
const KILLED_WITHIN_MS = 80;

/**
 * Kills the server of its own database again and again. Meanwhile a gateway gets requests without
 * a pause, and an operator retires one key after another, repeating each command until it
 * succeeds. Returns what went wrong. `late`: requests that were accepted although they were sent
 * after the command for their key had succeeded. `odd`: the answers to requests with the one key
 * that is never retired, except "accepted", "no lease" and "no answer".
 */
export async function restartsUnderLoad(rounds: number): Promise<{ late: string[]; odd: string[] }> {
  const server = await loneServer();
  const proxy = await startTcpProxy({ host: "127.0.0.1", port: server.port });
  onTestFinished(async () => {
    await db().$disconnect();
    await proxy.close();
    await server.stop();
  });
  Object.assign(process.env, {
    DATABASE_URL: proxy.through(server.url()),
    APP_DATABASE_URL: proxy.through(server.url("countersign_app")),
    GATEWAY_DATABASE_URL: proxy.through(server.url("countersign_gateway")),
  });
  const gateway = await gatewayHere();
  const asking = startRequestLoop(gateway);
  const stays = await insertKey();
  const retired = new Map<StoredKey, number>();
  asking.about(stays);
  for (let round = 0; round < rounds; round++) {
    const doomed = await insertKey();
    asking.about(doomed);
    await asking.answered(doomed, ACCEPTED);
    const done = untilRetired(doomed);
    await sleep((round * KILLED_WITHIN_MS) / rounds);
    await server.killAndRestart();
    const back = performance.now();
    proxy.leadTo(server.port);
    retired.set(doomed, await done);
    await asking.answered(doomed, REFUSED, back);
    await asking.answered(stays, ACCEPTED, back);
    // The runner ends a test that prints nothing for a minute.
    console.log(`restart ${round + 1} of ${rounds} is over`);
  }
  await asking.stop();
  await gateway.stop();
  const late = asking
    .answers()
    .filter(({ key, sent, code }) => code === ACCEPTED && sent > (retired.get(key) ?? Number.POSITIVE_INFINITY));
  const odd = asking
    .answers()
    .filter(({ key, code }) => key === stays && ![ACCEPTED, "503 unavailable", "none"].includes(code));
  return {
    late: late.map(
      ({ key, sent }) => `key ${key.number}, sent ${Math.round(sent - (retired.get(key) as number))} ms after its end`,
    ),
    odd: odd.map(({ code }) => code),
  };
}

/** Repeats the command until it succeeds, and returns when it did. */
async function untilRetired({ id, merchantId }: StoredKey): Promise<number> {
  for (const deadline = performance.now() + MAX_RETIREMENT_MS; ; ) {
    try {
      unwrap(await retireAnyKey("root", { keyId: id, merchantId }, "compromised"));
      return performance.now();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/** Less than the time after which the runner considers a test stuck. */
const MAX_RETIREMENT_MS = 45_000;
