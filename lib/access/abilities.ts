import { isOwner, type Role, roleLabel } from "./roles";

/** A line of "What you may do here": `allowed` is a tick or a dash, `answer` the closing text. */
export type Ability = { label: string; allowed: boolean; answer: string };

/** What the overview tells members about their role, in display order. */
export function abilitiesOf(role: Role): Ability[] {
  return LINES.filter((line) => isOwner(role) || !line.ownersOnly).map((line) => ability(line, role));
}

/** `besides`: the roles that are allowed besides Owner. `ownersOnly`: shown to Owners only. */
type Line = { label: string; ownersLabel?: string; besides: readonly Role[]; answer: string; ownersOnly?: true };

const WITH_CODE = "With a 2FA code";
const NOBODY = "Support only";

const LINES: readonly Line[] = [
  { label: "See balances, payments and reports", besides: ["view", "exchange", "limits"], answer: "Yes" },
  { label: "Exchange", besides: ["exchange"], answer: "Yes" },
  { label: "Change limits", besides: ["limits"], answer: WITH_CODE },
  {
    label: "See and manage API keys",
    ownersLabel: "Generate, activate and deactivate API keys",
    besides: [],
    answer: WITH_CODE,
  },
  { label: "Add users and change their roles", besides: [], answer: WITH_CODE },
  { label: "Callbacks, bank accounts, cold addresses, withdrawals", besides: [], answer: WITH_CODE, ownersOnly: true },
  { label: "Give or take the Owner role", besides: [], answer: NOBODY, ownersOnly: true },
];

function ability({ label, ownersLabel, besides, answer }: Line, role: Role): Ability {
  if (isOwner(role)) return { label: ownersLabel ?? label, allowed: answer !== NOBODY, answer };
  if (besides.includes(role)) return { label, allowed: true, answer };
  return { label, allowed: false, answer: `Needs ${[...besides.map(roleLabel), roleLabel("owner")].join(" or ")}` };
}
