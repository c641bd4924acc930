import { type Role, roleLabel } from "../../access/roles";
import type { MerchantId } from "../../platform/ids";
import { type Mail, type MailContext, merchantOf, when } from "../mail";

export type Invited = { merchantId: MerchantId; by: string; role: Role };

/** A mail with an activation link. The temporary password is never in it. */
export function invitation(data: Invited & { invitationId: string }, surroundings: MailContext): Mail {
  return added(data, surroundings, [
    ...activation(surroundings),
    `You also need a temporary password. It is not in this email: ask ${data.by} for it.`,
    "If you did not expect this, ignore it. The link expires on its own.",
  ]);
}

/**
 * The other mail with an activation link, after Support has reset somebody's access. They set a
 * new password and, unless the device is kept, set up a new 2FA device.
 */
export function accessReset(
  { keepsDevice }: { invitationId: string; keepsDevice?: boolean },
  surroundings: MailContext,
): Mail {
  const steps = keepsDevice
    ? "enter a code from your 2FA device and set a new password"
    : "set a new password and set up a new 2FA device";
  const paragraphs = [
    `Support reset the login of your Countersign account. Follow the link to ${steps}.`,
    ...activation(surroundings),
    "You also need a temporary password. It is not in this email: ask Support for it.",
    `If you did not ask for this, do not follow the link, and contact Support now: ${surroundings.support}`,
  ];
  return { subject: "Log in to Countersign again", text: `${paragraphs.join("\n\n")}\n` };
}

/** For somebody who has an account. The temporary password shown to the Owner does nothing. */
export function invitationExisting(data: Invited, surroundings: MailContext): Mail {
  return added(data, surroundings, [
    "You already have a Countersign account. Log in as usual and accept the invitation under Merchants.",
    "Use your own password. A temporary password that you are given for this does nothing.",
    "If you did not expect this, ignore it. Nothing changes until you accept.",
  ]);
}

function added({ by, role }: Invited, surroundings: MailContext, paragraphs: string[]): Mail {
  const { name } = merchantOf(surroundings);
  const lead = `${by} invited you to ${name} with the role ${roleLabel(role)}.`;
  return { subject: `You were invited to ${name}`, text: `${[lead, ...paragraphs].join("\n\n")}\n` };
}

function activation({ invitation }: MailContext): string[] {
  if (!invitation) throw new Error("A mail with an activation link is written without it.");
  return [`Your activation link works once, until ${when(invitation.until)}:`, invitation.link];
}
