import { roleLabel } from "../../access/roles";
import { createMerchant } from "../../operator/create-merchant";
import { giveOwner } from "../../operator/give-owner";
import { takeOwner } from "../../operator/take-owner";
import type { Command } from "./command";
import { done, findMerchant, findUser, readEmail, readName, readRole } from "./read";
import { givenLines, merchantLine } from "./told";

export const OWNER_COMMANDS: Command[] = [
  {
    name: "create-merchant",
    words: ["NAME", "EMAIL"],
    options: { test: { about: "the merchant takes no real payments" } },
    summary: "make a merchant and invite its first Owner",
    details: [
      "NAME is the merchant's name; put it in quotes if it holds spaces. EMAIL is the first Owner's.",
      "Somebody new gets a temporary password, printed once, and an activation link by mail. Somebody who has an account accepts after logging in.",
    ],
    async run({ words, options, operator, confirm }) {
      const name = readName(words[0]);
      const ownerEmail = readEmail(words[1]);
      const mode = options.test ? "test" : "live";
      await confirm([`A new merchant, ${name} (${mode}), with ${ownerEmail} as its first Owner.`], name);
      const { number, owner } = done(await createMerchant(operator, { name, mode, ownerEmail }));
      return [`Merchant ${number}, ${name}, was made.`, ...givenLines(owner)];
    },
  },
  {
    name: "grant-owner",
    words: ["MERCHANT", "EMAIL"],
    options: {},
    summary: "give somebody the Owner role at a merchant",
    details: [
      "MERCHANT is the merchant's number. A member has the role at once, and logs in again. Anybody else is invited as an Owner.",
      "Running it again for somebody who was invited gives them a new link and a new temporary password.",
    ],
    async run({ words, operator, confirm }) {
      const merchant = await findMerchant(words[0]);
      const email = readEmail(words[1]);
      await confirm(
        [merchantLine(merchant), `${email} becomes an Owner: may generate, activate and deactivate its API keys and manage its team.`],
        merchant.name,
      );
      return givenLines(done(await giveOwner(operator, merchant.id, email)));
    },
  },
  {
    name: "take-owner",
    words: ["MERCHANT", "EMAIL"],
    options: { role: { value: "ROLE", about: "the role they keep: view (if not given), exchange, limits or restricted" } },
    summary: "take the Owner role from somebody",
    details: ["They stay at the merchant with another role, and every session of theirs ends. The last Owner who can log in is refused."],
    async run({ words, options, operator, confirm }) {
      const role = readRole(options.role);
      const merchant = await findMerchant(words[0]);
      const { email } = await findUser(words[1]);
      await confirm([merchantLine(merchant), `${email} is an Owner no more, and keeps the role ${roleLabel(role)}.`], merchant.name);
      done(await takeOwner(operator, merchant.id, { email, role }));
      return [`${email} has the role ${roleLabel(role)} now. Their sessions were ended.`];
    },
  },
];
