import { type Role, roleLabel } from "../../access/roles";
import { type Letter, merchantOf, type Surroundings, when } from "../letter";

export type Invited = { merchantId: string; by: string; role: Role };

/** A mail with a link. The temporary password goes another way. */
export function invitation(data: Invited & { invitationId: string }, surroundings: Surroundings): Letter {
  return added(data, surroundings, [
    ...activation(surroundings),
    `It asks for a temporary password. That is not in this mail: get it from ${data.by}.`,
    "Did you not expect this? Do nothing. The link ends by itself.",
  ]);
}

/** The other mail with a link: to somebody whom Support lets in again, with a new password and, unless it is kept, a new 2FA device. */
export function wayBack({ keepsDevice }: { invitationId: string; keepsDevice?: boolean }, surroundings: Surroundings): Letter {
  const steps = keepsDevice ? "You enter a code of your 2FA device and set a new password" : "You set a new password and a new 2FA device";
  const paragraphs = [
    `Support opened a way back into your Countersign account. ${steps} on it.`,
    ...activation(surroundings),
    "It asks for a temporary password. That is not in this mail: get it from Support.",
    `Did you not ask for this? Do not follow the link, and contact Support: ${surroundings.support}`,
  ];
  return { subject: "Your way back into Countersign", text: `${paragraphs.join("\n\n")}\n` };
}

/** To somebody who has an account: the password that was shown to the Owner does nothing. */
export function invitationExisting(data: Invited, surroundings: Surroundings): Letter {
  return added(data, surroundings, [
    "You have a Countersign account already. Log in the way you usually do, and accept the invitation on the page Merchants.",
    "A temporary password you are given for this does nothing. Keep your own.",
    "Did you not expect this? Do nothing. Until you accept, nothing changes.",
  ]);
}

function added({ by, role }: Invited, surroundings: Surroundings, paragraphs: string[]): Letter {
  const { name } = merchantOf(surroundings);
  const lead = `${by} added you to ${name} with the role ${roleLabel(role)}.`;
  return { subject: `You were added to ${name}`, text: `${[lead, ...paragraphs].join("\n\n")}\n` };
}

function activation({ invitation }: Surroundings): string[] {
  if (!invitation) throw new Error("A mail with an activation link is written without it.");
  return [`Your activation link works once, until ${when(invitation.until)}:`, invitation.link];
}
