import { type Role, roleLabel } from "../../access/roles";
import type { MerchantId } from "../../platform/ids";
import { type Mail, type MailContext, merchantOf } from "../mail";
import { type ChangedBy, notice } from "./account";

type AtMerchant = ChangedBy & { merchantId: MerchantId };

export function roleChanged(act: AtMerchant & { before: Role; after: Role }, around: MailContext): Mail {
  const { name, number } = merchantOf(around);
  return notice(act, around, {
    subject: `Your role at ${name} was changed`,
    lead: `Your role at ${name} was changed, and your sessions were ended. Log in again to continue.`,
    facts: [
      ["Merchant", `${name}, ${number}`],
      ["Role before", roleLabel(act.before)],
      ["Role now", roleLabel(act.after)],
    ],
  });
}

export function removed(act: AtMerchant, around: MailContext): Mail {
  const { name, number } = merchantOf(around);
  return notice(act, around, {
    subject: `You were removed from ${name}`,
    lead: `You no longer have access to ${name}. Its API keys stay as they are.`,
    facts: [["Merchant", `${name}, ${number}`]],
  });
}
