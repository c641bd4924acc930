import { deactivateKey } from "../api-keys/deactivate";
import { type Refusing, refusedEverywhere } from "../api-keys/refused-everywhere";
import { retireKey } from "../api-keys/retire";
import { Unsettled } from "../database-busy";
import { wentUnanswered } from "../db";
import type { Refusal } from "../refusals";
import { type Result, refuse } from "../result";
import { operatorAt } from "./operator";
import type { FoundKey } from "./queries";

/** What became of them: the numbers of the keys that were not retired for sure, with why; and from when on no gateway accepts the others. */
export type Retired = { retired: number; refusedEverywhereAt: string | null; left: { number: number; refusal: Refusal }[] };

const NO_PROOF = { kind: "none" } as const;
/** Of the 20 connections of a process. */
const CHANGES_AT_ONCE = 8;

/**
 * Retires keys whose secrets are in other hands, each with its event and its mails, by the operations of lib/api-keys, and answers when no gateway accepts
 * any of them. A few are changed at a time; the waits for the gateways run side by side, so that all of them together take as long as one. A repeat is
 * harmless, and goes on where an earlier one ended.
 */
export async function retireLeakedKeys(operator: string, keys: readonly FoundKey[], progress: (retired: number) => void): Promise<Retired> {
  const outcome: Retired = { retired: 0, refusedEverywhereAt: null, left: [] };
  const waiting = [...keys];
  const waits: Promise<void>[] = [];
  const take = async () => {
    for (let key = waiting.shift(); key; key = waiting.shift()) {
      const { changed, refused } = retire(operator, key);
      waits.push(refused.then((result) => note(outcome, key as FoundKey, result)).then(() => progress(outcome.retired)));
      await changed;
    }
  };
  await Promise.all(Array.from({ length: CHANGES_AT_ONCE }, take));
  await Promise.all(waits);
  return outcome;
}

/** `changed` resolves when the key is retired, or is not; `refused` when no gateway accepts it. */
function retire(
  operator: string,
  { id: keyId, status, merchant }: FoundKey,
): { changed: Promise<void>; refused: Promise<Result<Refusing>> } {
  const acting = operatorAt(operator, merchant.id);
  let isChanged: () => void = () => undefined;
  const committed = new Promise<void>((resolve) => {
    isChanged = resolve;
  });
  const propagated: typeof refusedEverywhere = (...key) => {
    isChanged();
    return refusedEverywhere(...key);
  };
  const input = { keyId, reason: "compromised" } as const;
  const operation = status === "generated" ? retireKey : deactivateKey;
  const refused = operation(acting, input, NO_PROOF, propagated).catch((error: unknown) => {
    if (wentUnanswered(error) || error instanceof Unsettled) return refuse({ code: "not_answered" });
    throw error;
  });
  return {
    changed: Promise.race([
      committed,
      refused.then(
        () => undefined,
        () => undefined,
      ),
    ]),
    refused,
  };
}

function note(outcome: Retired, { number }: FoundKey, result: Result<Refusing>): void {
  if (!result.ok) {
    outcome.left.push({ number, refusal: result.refusal });
    return;
  }
  outcome.retired++;
  const { refusedEverywhereAt } = result.value;
  if (outcome.refusedEverywhereAt === null || refusedEverywhereAt > outcome.refusedEverywhereAt)
    outcome.refusedEverywhereAt = refusedEverywhereAt;
}
