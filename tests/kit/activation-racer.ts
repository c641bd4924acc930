import { createInterface } from "node:readline";
import type { Member } from "@/lib/access/member";
import { activateKey } from "@/lib/api-keys/activate";
import { db } from "@/lib/db";
import type { Proof } from "@/lib/two-factor/challenge";
import { activationOf } from "./api-keys";

/*
 * One of several processes that activate keys of one merchant at the same moment. It reads its contestants from the first line, opens a
 * connection for each, says "ready", starts at the second line, and prints what each was answered.
 */
export type Contestant = { member: Member; keyId: string; proof: Proof };

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const contestants = JSON.parse((await lines.next()).value) as Contestant[];
await Promise.all(contestants.map(() => db().$queryRaw`SELECT pg_sleep(0.2)::text`));
process.stdout.write("ready\n");
await lines.next();
const results = await Promise.all(contestants.map(({ member, keyId, proof }) => activateKey(member, activationOf(keyId), proof)));
process.stdout.write(`${JSON.stringify(results)}\n`);
process.exit();
