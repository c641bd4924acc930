import { type Role, roleLabel } from "../../access/roles";
import { type Letter, merchantOf, type Surroundings, when } from "../letter";

export type Invited = { merchantId: string; by: string; role: Role };

/** The one mail with a link. The temporary password goes another way. */
export function invitation(data: Invited & { invitationId: string }, surroundings: Surroundings): Letter {
  const { link, until } = surroundings.invitation ?? missing();
  return added(data, surroundings, [
    `Your activation link works once, until ${when(until)}:`,
    link,
    `It asks for a temporary password. That is not in this mail: get it from ${data.by}.`,
    "Did you not expect this? Do nothing. The link ends by itself.",
  ]);
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

function missing(): never {
  throw new Error("An invitation is sent without its link.");
}
