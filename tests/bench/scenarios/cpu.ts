import path from "node:path";
import { type Bench, measureWindow } from "../bench";
import type { Size } from "../bodies";
import { peakLoad } from "../load";
import { loadOfMachine } from "../machine";
import { run, SERVER } from "../processes";
import { BUSY, cpuRow, QUIET } from "../report";
import { GATEWAY, HMAC, HMAC_AND_JSON } from "../servers";
import { inTurn, startAll } from "../started-servers";

const SIZES: Size[] = ["240 B", "1 MiB"];

/**
 * The CPU time of a request: on an otherwise idle processor, and beside a process that keeps it
 * busy.
 */
export async function cpu(bench: Bench): Promise<void> {
  const { rounds, seconds, scratch, samples, say } = bench;
  const up = await startAll(bench, (name) => [HMAC, HMAC_AND_JSON, GATEWAY].includes(name));
  for (const state of [QUIET, BUSY]) {
    const other =
      state === BUSY ? run(SERVER, process.execPath, [path.join(import.meta.dirname, "../loads/spin.mjs")], {}) : null;
    for (const size of SIZES.filter((each) => bench.sizes.split(",").includes(each))) {
      await inTurn(rounds, up, async ({ server, process, asked }, counts) => {
        const row = cpuRow(server.name, size, state);
        const sample = await measureWindow(bench, row, process, () =>
          peakLoad(asked(size), seconds, scratch, size === "1 MiB" ? 8 : 32),
        );
        if (counts && sample) samples.add(row, sample);
      });
      say(`  ${size}, ${state}: ${loadOfMachine()}`);
    }
    await other?.stop();
  }
}
