import path from "node:path";
import { freePort } from "../../kit/free-port";
import { type Bench, measureWindow, untilOk } from "../bench";
import { type Size, writeBodies } from "../bodies";
import { peakLoad } from "../load";
import { LOAD, type Running, run, SERVER } from "../processes";
import { FORWARDING, UNDICI } from "../report";
import { startGateway } from "../servers";

const SIZES: Size[] = ["240 B", "64 KiB"];
const here = (file: string) => path.join(import.meta.dirname, "../peers", file);

/**
 * The gateway in front of an API, against a proxy with the same library that forwards without
 * authentication. The API runs on the load's processor.
 */
export async function forward(bench: Bench): Promise<void> {
  const { key, scratch, started, rounds, seconds, samples, say } = bench;
  const [upstream, gatewayPort, peerPort] = [await freePort(), await freePort(), await freePort()];
  const UPSTREAM_URL = `http://127.0.0.1:${upstream}`;
  const node = (processor: number, file: string, port: number, env: Record<string, string>) => {
    const running = run(processor, process.execPath, [here(file)], { ...env, PORT: String(port) });
    started.push(running);
    return running;
  };
  node(LOAD, "bare.mjs", upstream, { CHECK: "read", ANSWER: "{}".padEnd(200) });
  const bodies = writeBodies(key, scratch);
  const asked = (port: number, size: Size) => ({ url: `http://127.0.0.1:${port}/api/v2/payments`, ...bodies[size] });
  const both: [string, Running, number][] = [
    [UNDICI, node(SERVER, "forward.mjs", peerPort, { UPSTREAM_URL }), peerPort],
    [FORWARDING, startGateway(bench, gatewayPort, { UPSTREAM_URL }), gatewayPort],
  ];
  for (const [name, , port] of both)
    if (!(await untilOk(asked(port, "240 B"), bodies["240 B"].text))) throw new Error(`${name} did not answer`);
  for (const size of SIZES.filter((each) => bench.sizes.split(",").includes(each))) {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, running, port] of both) {
        const sample = await measureWindow(bench, `${name}, ${size}`, running, () =>
          peakLoad(asked(port, size), seconds, scratch, 32),
        );
        if (round > 0 && sample) samples.add(`${name}, ${size}`, sample);
      }
    }
    say(`  forwarding ${size}: done`);
  }
}
