import { freePort } from "../kit/free-port";
import { type Bench, untilOk } from "./bench";
import { type Size, writeBodies } from "./bodies";
import type { LoadTarget } from "./load";
import type { Running } from "./processes";
import { type Server, serversFor } from "./servers";

export type StartedServer = { server: Server; process: Running; asked(size: Size): LoadTarget };

/** Starts the wanted servers that can run here, and prints the others. */
export async function startAll(
  { database, scratch, started, profile, say }: Bench,
  wanted: (name: string) => boolean,
): Promise<StartedServer[]> {
  const { key } = database;
  const bodies = writeBodies(key, scratch);
  const answer = JSON.stringify({
    data: { merchant: { id: key.merchantId, name: key.merchantName }, ip_rule: "any" },
  }).padEnd(200);
  const up: StartedServer[] = [];
  for (const server of serversFor(database, answer, scratch, profile).filter(({ name }) => wanted(name))) {
    const reason = server.absent();
    if (reason) {
      say(`SKIPPED  ${server.name}: ${reason}`);
      continue;
    }
    const port = await freePort();
    const process = server.start(port);
    started.push(process);
    const asked = (size: Size) => ({ url: `http://127.0.0.1:${port}/api/v2/whoami`, ...bodies[size] });
    if (await untilOk(asked("240 B"), bodies["240 B"].text)) up.push({ server, process, asked });
    else say(`SKIPPED  ${server.name}: it did not answer 200 in 20 s\n${process.output()}`);
  }
  return up;
}

/**
 * Measures A B C, A B C, …, so that the machine's conditions affect all alike. The first round is
 * a warm-up and does not count.
 */
export async function inTurn<Each>(
  rounds: number,
  all: readonly Each[],
  measure: (each: Each, counts: boolean) => Promise<void>,
) {
  for (let round = 0; round <= rounds; round++) for (const each of all) await measure(each, round > 0);
}
