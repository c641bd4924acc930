import { deactivateKey } from "../../api-keys/deactivate";
import { type RetirementReason, retiresForGood } from "../../api-keys/lifecycle";
import type { StopResult } from "../../api-keys/propagation/finish-stop";
import { retireKey } from "../../api-keys/retire";
import { NO_PROOF } from "../../identity/second-factor/challenge";
import { afterChange } from "../../platform/db/busy";
import type { KeyId, MerchantId } from "../../platform/ids";
import type { Result } from "../../platform/result";
import { operatorAt } from "./operator";

type Target = { keyId: KeyId; merchantId: MerchantId };

/**
 * Retires a key in any state and returns when no gateway accepts it. It uses the operations of a
 * deactivation and keeps the same promise. An active key that is only unwanted is deactivated
 * first.
 */
export async function retireAnyKey(
  operator: string,
  { keyId, merchantId }: Target,
  reason: RetirementReason,
): Promise<Result<StopResult>> {
  const acting = operatorAt(operator, merchantId);
  const retired = await retireKey(acting, { keyId, reason }, NO_PROOF);
  if (retired.ok || retired.refusal.code !== "key_is_active") return retired;
  const forGood = reason !== "unwanted" && retiresForGood(reason);
  const stopped = await deactivateKey(acting, { keyId, reason: forGood ? reason : "other" }, NO_PROOF);
  return stopped.ok && !forGood ? afterChange(() => retireKey(acting, { keyId, reason }, NO_PROOF)) : stopped;
}
