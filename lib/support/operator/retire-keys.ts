import { commitDeactivation } from "../../api-keys/deactivate";
import { finishStop, type StopCommitted, type StopResult } from "../../api-keys/propagation/finish-stop";
import { commitRetirement } from "../../api-keys/retire";
import { NO_PROOF } from "../../identity/second-factor/challenge";
import { Indeterminate, wentUnanswered } from "../../platform/db/database-busy";
import { type Result, refuse } from "../../platform/result";
import type { Refusal } from "../../words/refusals/refusals";
import { operatorAt } from "./operator";
import type { FoundKey } from "./queries";

/**
 * The outcome: how many keys were retired, since when no gateway accepts them, and the keys that
 * are not certainly retired, with the reason.
 */
export type Retired = {
  retired: number;
  refusedEverywhereAt: string | null;
  left: { number: number; refusal: Refusal }[];
};

/** Keys processed at once, out of the 20 connections that a process has. */
const AT_ONCE = 8;

/**
 * Retires keys whose secrets are compromised, using the operations of lib/api-keys, each with its
 * event and its mails. It returns when no gateway accepts any of them. All keys are stopped
 * first. By the time the last one is stopped, gateways have acknowledged most of the others or
 * their leases have ended. Only a few keys are processed at a time. A repeat is harmless and
 * continues where an earlier run ended.
 */
export async function retireLeakedKeys(
  operator: string,
  keys: readonly FoundKey[],
  progress: (retired: number) => void,
): Promise<Retired> {
  const outcome: Retired = { retired: 0, refusedEverywhereAt: null, left: [] };
  const halves: { key: FoundKey; stopped: Result<StopCommitted | StopResult>; committed: number }[] = [];
  await aFewAtATime(keys, async (key) => {
    const stopped = await answered(() => commit(operator, key));
    halves.push({ key, stopped, committed: performance.now() });
  });
  await aFewAtATime(halves, async ({ key, stopped, committed }) => {
    note(outcome, key, await answered(() => finishStop(actingOn(operator, key), stopped, committed)));
    progress(outcome.retired);
  });
  return outcome;
}

async function aFewAtATime<Each>(all: readonly Each[], work: (each: Each) => Promise<void>): Promise<void> {
  const left = all.values();
  const take = async () => {
    for (const each of left) await work(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

const actingOn = (operator: string, { merchant }: FoundKey) => operatorAt(operator, merchant.id);

function commit(operator: string, key: FoundKey): Promise<Result<StopCommitted | StopResult>> {
  const half = key.status === "generated" || key.status === "standby" ? commitRetirement : commitDeactivation;
  return half(actingOn(operator, key), { keyId: key.id, reason: "compromised" }, NO_PROOF);
}

/** A database that does not answer, or is busy after the change, fails only this key. */
async function answered<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (wentUnanswered(error) || error instanceof Indeterminate) return refuse({ code: "not_answered" });
    throw error;
  }
}

function note(outcome: Retired, { number }: FoundKey, result: Result<StopResult>): void {
  if (!result.ok) {
    outcome.left.push({ number, refusal: result.refusal });
    return;
  }
  outcome.retired++;
  const { refusedEverywhereAt } = result.value;
  if (outcome.refusedEverywhereAt === null || refusedEverywhereAt > outcome.refusedEverywhereAt)
    outcome.refusedEverywhereAt = refusedEverywhereAt;
}
