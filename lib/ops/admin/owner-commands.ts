import { isOwner, roleLabel } from "../../access/roles";
import { createMerchant } from "../../support/operator/create-merchant";
import { giveOwner } from "../../support/operator/give-owner";
import { userByEmail } from "../../support/operator/queries";
import { takeOwner } from "../../support/operator/take-owner";
import type { Command } from "./command";
import { findMerchant, findUser, readEmail, readName, readRole, refuseIf, unwrap } from "./read";
import { merchantLine, ownerLines } from "./report";

export const OWNER_COMMANDS: Command[] = [
  {
    name: "create-merchant",
    words: ["NAME", "EMAIL"],
    options: { test: { about: "the merchant takes no real payments" } },
    summary: "create a merchant and invite its first Owner",
    details: [
      "NAME is the merchant's name; put it in quotes if it contains spaces. EMAIL is the first Owner's.",
      "For a new user, the command prints a temporary password once and we email them an activation",
      "link. Somebody with an account logs in and accepts.",
    ],
    async run({ words, options, operator, confirm }) {
      const name = readName(words[0]);
      const ownerEmail = readEmail(words[1]);
      const mode = options.test ? "test" : "live";
      await confirm([`A new merchant, ${name} (${mode}), with ${ownerEmail} as its first Owner.`], name);
      const { number, owner } = unwrap(await createMerchant(operator, { name, mode, ownerEmail }));
      return [`Merchant ${number}, ${name}, was created.`, ...ownerLines(owner)];
    },
  },
  {
    name: "grant-owner",
    words: ["MERCHANT", "EMAIL"],
    options: {},
    summary: "give somebody the Owner role at a merchant",
    details: [
      "MERCHANT is the merchant's number. A member gets the role at once and has to log in again.",
      "Anybody else is invited as an Owner. Run it again for somebody who was invited, and they get a",
      "new link and a new temporary password.",
    ],
    async run({ words, operator, confirm }) {
      const email = readEmail(words[1]);
      const merchant = await findMerchant(words[0]);
      const role = (await userByEmail(email))?.roles.find(({ number }) => number === merchant.number)?.role;
      refuseIf(role !== undefined && isOwner(role), { code: "already_owner", email });
      await confirm(
        [
          merchantLine(merchant),
          `${email} will be an Owner, who can generate, activate and deactivate its API keys and manage its team.`,
        ],
        merchant.name,
      );
      return ownerLines(unwrap(await giveOwner(operator, merchant.id, email)));
    },
  },
  {
    name: "take-owner",
    words: ["MERCHANT", "EMAIL"],
    options: { role: { value: "ROLE", about: "their new role: view (the default), exchange, limits or restricted" } },
    summary: "remove the Owner role from somebody",
    details: [
      "They stay at the merchant with another role and are logged out everywhere. The last Owner who",
      "can log in keeps the role.",
    ],
    async run({ words, options, operator, confirm }) {
      const role = readRole(options.role);
      const email = readEmail(words[1]);
      const merchant = await findMerchant(words[0]);
      const { roles } = await findUser(email);
      const at = roles.find(({ number }) => number === merchant.number);
      refuseIf(at !== undefined && !isOwner(at.role), { code: "not_owner", email });
      refuseIf(at?.lastOwner === true, { code: "last_owner" });
      await confirm(
        [merchantLine(merchant), `${email} will no longer be an Owner. Their role will be ${roleLabel(role)}.`],
        merchant.name,
      );
      unwrap(await takeOwner(operator, merchant.id, { email, role }));
      return [`${email} now has the role ${roleLabel(role)}. They were logged out everywhere.`];
    },
  },
];
