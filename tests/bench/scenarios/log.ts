import { execFileSync } from "node:child_process";
import path from "node:path";
import { freePort } from "../../kit/free-port";
import { type Bench, measureWindow, untilOk } from "../bench";
import { writeBodies } from "../bodies";
import { peakLoad } from "../load";
import { LOAD, startOn } from "../processes";
import { LOGGED, NOT_LOGGED } from "../report";
import { startGateway } from "../servers";
import { inTurn } from "../started-servers";

/**
 * The cost of the log: a gateway that logs each request to a pipe, which a process on the load's
 * processor reads, and one that logs nothing.
 */
export async function log(bench: Bench): Promise<void> {
  const { key, rounds, seconds, scratch, samples } = bench;
  const { text, ...body } = writeBodies(key, scratch)["240 B"];
  const pipe = path.join(scratch, "log.pipe");
  execFileSync("mkfifo", [pipe]);
  const reader = startOn(LOAD, "cat", [pipe], {}, "/dev/null");
  const up = [];
  for (const [name, env, output] of [
    [LOGGED, {}, pipe],
    [NOT_LOGGED, { LOG_LEVEL: "silent" }, undefined],
  ] as const) {
    const port = await freePort();
    const gateway = startGateway(bench, port, env, output);
    const asked = { url: `http://127.0.0.1:${port}/api/v2/whoami`, ...body };
    if (!(await untilOk(asked, text))) throw new Error(gateway.output());
    up.push({ name, gateway, asked });
  }
  await inTurn(rounds, up, async ({ name, gateway, asked }, counts) => {
    const sample = await measureWindow(bench, name, gateway, () => peakLoad(asked, seconds, scratch, 32));
    if (counts && sample) samples.add(name, sample);
  });
  reader.kill();
}
