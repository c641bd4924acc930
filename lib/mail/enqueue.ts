import type { Tx } from "../platform/db/db";
import type { MerchantId, UserId } from "../platform/ids";
import type { DataOf, OwnersTemplate, TemplateName } from "./templates";

export type Notice<T extends TemplateName> = {
  to: { userId: UserId } | { email: string };
  template: T;
  data: DataOf<T>;
};

/**
 * Inserts a mail into the outbox, in the transaction of the change that it reports: no change, no
 * mail, and no change waits for a mail server. The worker sends it. `data` never holds a secret, a
 * code or a password. The recipient is the user's present email.
 */
export async function notify<T extends TemplateName>(tx: Tx, { to, template, data }: Notice<T>): Promise<void> {
  const json = JSON.stringify(data);
  const written =
    "email" in to
      ? await tx.$executeRaw`INSERT INTO outbox (recipient, template, data) VALUES (${to.email}, ${template}, ${json}::jsonb)`
      : await tx.$executeRaw`
          INSERT INTO outbox (recipient, template, data) SELECT email, ${template}, ${json}::jsonb FROM users WHERE id = ${to.userId}::uuid`;
  if (written !== 1) throw new Error("A mail is for a user who does not exist.");
}

/** The actor (an Owner, or "Support") and the merchant that a notification is about. */
export type ActorAtMerchant = { merchantId: MerchantId; by: string; from: string | null };

export const actorOf = ({
  merchantId,
  email,
  address,
}: {
  merchantId: MerchantId;
  email: string;
  address: string | null;
}): ActorAtMerchant => ({
  merchantId,
  by: email,
  from: address,
});

/** Inserts one mail for every Owner of the merchant who is not disabled. */
export async function notifyOwners<T extends OwnersTemplate>(
  tx: Tx,
  act: ActorAtMerchant,
  template: T,
  about: Omit<DataOf<T>, keyof ActorAtMerchant>,
): Promise<void> {
  const json = JSON.stringify({ ...about, ...act });
  await tx.$executeRaw`
    INSERT INTO outbox (recipient, template, data)
    SELECT u.email, ${template}, ${json}::jsonb FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${act.merchantId}::uuid AND m.role = 'owner' AND u.disabled_at IS NULL`;
}
