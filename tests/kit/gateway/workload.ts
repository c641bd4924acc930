import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { type MemberAction, runMemberAction } from "@/lib/actions/member-action";
import { activation, deactivation, generation } from "@/lib/api-keys/operations";
import { listKeys } from "@/lib/api-keys/reads/queries";
import type { Staff } from "@/lib/support/looks";
import { startWorker } from "../mail/worker";
import { eventsOf, newTicket, storedKey, unwrap } from "../people/api-keys";
import { attemptOf, outcomeOf } from "../people/login";
import { makeOwner, type Owner } from "../people/people";
import { mintSession, validRequestInfo } from "../people/session";
import { makeStaff, PAGES } from "../people/support";
import { freshCodeOf } from "../people/totp";
import { retryWhileBusy } from "../retry-while-busy";
import { gatewayProcess } from "./gateway";
import { insertKey } from "./gateway-keys";
import { codeOf, whoami } from "./gateway-requests";
import { lastUseOf, usageOf } from "./usage";

const CLIENTS = 4;
const DESKS = 2;

/**
 * Everything at work on one database: a gateway under constant load, a worker, and merchants who
 * log in and generate, activate, use and deactivate a key while the support desk looks at them.
 * `meanwhile` starts once all of that has happened once; the load ends after all has happened
 * again. `failures`: everything that went wrong.
 */
export async function underLoad(
  meanwhile: () => Promise<unknown>,
): Promise<{ failures: string[]; accepted: number; days: number }> {
  const gateway = await gatewayProcess();
  const mail = await mkdtemp(path.join(os.tmpdir(), "countersign-mail-"));
  onTestFinished(() => rm(mail, { recursive: true }));
  const worker = await startWorker({ DEMO_MAIL_DIR: mail });
  const [key, staff] = [await insertKey(), await makeStaff()];
  const failures: string[] = [];
  const failed = (what: string) => void (failures.length < 20 && failures.push(what));
  let [running, accepted, days] = [true, 0, 0];

  const client = async () => {
    for (; running; await sleep(20)) {
      const answer = await whoami(gateway, key).then(codeOf, String);
      if (answer === ACCEPTED) accepted++;
      else if (answer !== STARVED) failed(`request: ${answer}`);
    }
  };
  const aDay = () =>
    retryWhileBusy(() => day(gateway, staff)).then(
      () => days++,
      (error: unknown) => failed(`desk: ${error}`),
    );
  const desk = async () => {
    for (; running; await sleep(100)) await aDay();
  };
  const daysOfAll = () => Promise.all(Array.from({ length: DESKS }, aDay));

  const clients = Array.from({ length: CLIENTS }, client);
  await daysOfAll();
  const desks = Array.from({ length: DESKS }, desk);
  await meanwhile().catch((error: unknown) => failed(String(error)));
  await daysOfAll();
  running = false;
  await Promise.all([...clients, ...desks]);

  await gateway.stop();
  if ((await worker.stop()) !== 0) failed("the worker ended badly");
  for (const line of [...gateway.lines(), ...(await worker.output()).split("\n")])
    if (/"level":(50|60)/.test(line) && !FOUND_NO_CONNECTION.test(line)) failed(line);
  const { accepted: written } = await usageOf(key.number);
  if (written !== accepted || !(await lastUseOf(key.number))) failed(`usage: ${written} written of ${accepted}`);
  return { failures, accepted, days };
}

const ACCEPTED = "200 accepted";
/**
 * The reply of a gateway that got no processor time for seconds and so read the request too late.
 */
export const STARVED = "408 request_timeout";
/** On a busy machine: nothing was done, and the worker tries again. */
const FOUND_NO_CONNECTION = /Unable to start a transaction/;
const EVENTS = ["generated", "activated", "secret_delivered", "deactivated", "refused_everywhere"].map(
  (event) => `api_key.${event}`,
);

/**
 * A merchant's work with a key, from the login to the refusal of its requests. Throws if anything
 * is wrong.
 */
async function day(gateway: { origin: string }, staff: Staff): Promise<void> {
  const owner = await makeOwner();
  same(await loggedIn(owner), "ok");
  const { id } = await asked(generation, owner, {});
  const { secret } = await asked(activation, owner, { keyId: id, ips: [], ticket: newTicket() });
  const { key } = await storedKey(id);
  const pair = { key, secret: secret as string };
  same(codeOf(await whoami(gateway, pair)), ACCEPTED);
  same((await listKeys(owner.merchantId)).keys.length, 1);
  await asked(deactivation, owner, { keyId: id, reason: "rotating" });
  same(codeOf(await whoami(gateway, pair)), "403 bad_header_key");
  same((await eventsOf(id)).join(), EVENTS.join());
  for (const page of Object.values(PAGES))
    if (!(await page(staff, owner.merchantId))) throw new Error("the support desk found no merchant");
}

/** Tries again if a starved machine refuses the login as busy, which costs the user nothing. */
async function loggedIn(owner: Owner): Promise<string> {
  for (let left = 20; ; left--) {
    const answer = await outcomeOf(await attemptOf(owner));
    if (answer !== "busy" || left === 0) return answer;
  }
}

/** As the dashboard does it: through the wrapper, in a session, with a 2FA code. */
async function asked<Input, Output>(
  operation: MemberAction<Input, Output, unknown>,
  owner: Owner,
  input: object,
): Promise<Output> {
  const request = { merchantId: owner.merchantId, ...input, code: await freshCodeOf(owner) };
  return unwrap(await runMemberAction(operation, request, validRequestInfo(await mintSession(owner))));
}

function same<T>(found: T, wanted: T): void {
  if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
}
