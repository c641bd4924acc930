import { record } from "../../audit/record";
import { temporaryPassword } from "../../merchants/team/invitation";
import { inTransaction } from "../../platform/db/db";
import { type Result, refuse } from "../../platform/result";
import { type Given, makeOwner } from "./give-owner";
import { operatorAt } from "./operator";

export type NewMerchant = { name: string; mode: "live" | "test"; ownerEmail: string };

/** Creates a merchant and its first Owner, both or neither. */
export async function createMerchant(
  operator: string,
  { name, mode, ownerEmail }: NewMerchant,
): Promise<Result<{ number: number; owner: Given }>> {
  const temporary = await temporaryPassword(ownerEmail);
  if (!temporary) return refuse({ code: "passwords_busy" });
  return inTransaction(async (tx) => {
    const { id, number } = await tx.merchant.create({ data: { name, mode }, select: { id: true, number: true } });
    const acting = operatorAt(operator, id);
    await record(tx, acting, "merchant.created", { data: { name, mode } });
    return { number, owner: await makeOwner(tx, acting, ownerEmail, temporary) };
  });
}
