import { createInterface } from "node:readline";
import type { Member } from "@/lib/access/member";
import { activateKey } from "@/lib/api-keys/activate";
import type { Proof } from "@/lib/identity/second-factor/challenge";
import { db } from "@/lib/platform/db/db";
import { activationOf } from "../../people/api-keys";
import { retryWhileBusy } from "../../retry-while-busy";

/*
 * One of several processes that activate keys of one merchant at the same moment. For each race it
 * reads its contestants from a line, opens a connection for each, prints "ready", starts at the
 * next line, and prints each result.
 */
export type Contestant = { member: Member; keyId: string; proof: Proof };

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const contestants = JSON.parse(line.value) as Contestant[];
  await Promise.all(contestants.map(() => retryWhileBusy(() => db().$queryRaw`SELECT pg_sleep(0.2)::text`)));
  process.stdout.write("ready\n");
  await lines.next();
  const results = await Promise.all(
    contestants.map(({ member, keyId, proof }) =>
      retryWhileBusy(() => activateKey(member, activationOf(keyId), proof)),
    ),
  );
  process.stdout.write(`${JSON.stringify(results)}\n`);
}
process.exit();
