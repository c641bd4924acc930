import { roleLabel } from "../../access/roles";
import type { Given } from "../../support/operator/give-owner";
import type { FoundMerchant, FoundUser } from "../../support/operator/queries";
import type { AccessReset } from "../../support/operator/reset-access";

export const merchantLine = ({ number, name, mode }: FoundMerchant): string => `Merchant ${number}, ${name} (${mode})`;

export function userLines({ email, name, disabled, staff, roles }: FoundUser): string[] {
  const state = [disabled && "disabled", staff && "Support staff"].filter(Boolean).join(", ");
  const at = roles.map(
    ({ merchant, role, lastOwner }) =>
      `  ${roleLabel(role)} at ${merchant}${lastOwner ? ", the only Owner who can log in" : ""}`,
  );
  return [`${email}, ${name}${state && ` (${state})`}`, ...(at.length > 0 ? at : ["  belongs to no merchant"])];
}

/** What happens next for a person who was made an Owner. */
export function ownerLines(given: Given): string[] {
  if (given.how === "invited") return [`${given.email} was invited as an Owner.`, ...firstLoginLines(given)];
  if (given.how === "granted")
    return [`${given.email} is now an Owner. They were logged out everywhere and log in again.`];
  return [`${given.email} already has an account. They log in as usual and accept under Merchants.`];
}

export const accessResetLines = (what: string, back: AccessReset): string[] => [what, ...firstLoginLines(back)];

function firstLoginLines({
  email,
  temporaryPassword,
  until,
}: {
  email: string;
  temporaryPassword: string;
  until: string;
}): string[] {
  return [
    "",
    `  Temporary password: ${temporaryPassword}`,
    "",
    `It is shown only here. Share it in person or by phone, not by email. We email the link to ${email}`,
    `as soon as Countersign runs. It works until ${until.slice(0, 10)}, ${until.slice(11, 16)} UTC.`,
  ];
}
