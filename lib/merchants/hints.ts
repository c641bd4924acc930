import { findRise } from "../api-keys/reads/refusal-rise";
import type { ActiveHealth } from "./health";

/** Something that an Owner should look at, and the one page where it is done. */
export type Hint = {
  kind: "rise" | "unused" | "old" | "any-address" | "passkeys";
  /** A time that the title ends with. */
  at?: string;
  title: string;
  text: string;
  button: string;
  to: "key" | "integration" | "keys" | "team";
};

const DAY_MS = 24 * 60 * 60 * 1_000;
const OLD_DAYS = 90;
const UNUSED_DAYS = 1;

/** The most urgent first. */
export function hintsOf(active: ActiveHealth | null, withoutPasskey: readonly string[], now = Date.now()): Hint[] {
  return [...(active ? ofKey(active, now) : []), ...passkeys(withoutPasskey)];
}

function ofKey({ number, activatedAt, series, used, allowedIps, sources }: ActiveHealth, now: number): Hint[] {
  const hints: Hint[] = [];
  const days = Math.floor((now - Date.parse(activatedAt)) / DAY_MS);
  const key = { button: `See key ${number}`, to: "key" } as const;
  const rise = findRise(series.bars);
  if (rise) {
    const [top] = [...sources].sort((a, b) => b.refused - a.refused);
    const text = top?.refused
      ? `${requests(top.refused)} with the right signature came from ${top.source}, which key ${number} does not accept.`
      : `${requests(rise.refused)} ${rise.refused === 1 ? "was" : "were"} refused within an hour.`;
    hints.push({ kind: "rise", at: rise.at, title: "Refusals rose at", text, ...key });
  }
  if (!used && days >= UNUSED_DAYS) {
    const text = "No request was accepted since it was activated.";
    hints.push({
      kind: "unused",
      title: `Key ${number} was never used`,
      text,
      button: "Open Integration",
      to: "integration",
    });
  }
  if (days > OLD_DAYS) {
    const text = "A secret key is best replaced now and then, by a pair of which nobody has a copy.";
    hints.push({ kind: "old", title: `Key ${number} is ${days} days old`, text, button: "Open API keys", to: "keys" });
  }
  if (allowedIps.length === 0) {
    const text = "With the addresses of your servers listed, a copied secret key is of no use anywhere else.";
    hints.push({ kind: "any-address", title: `Key ${number} accepts requests from any address`, text, ...key });
  }
  return hints;
}

const NAMED = 2;

function passkeys(emails: readonly string[]): Hint[] {
  const [first] = emails;
  if (!first) return [];
  const title = emails.length === 1 ? "1 member has no passkey" : `${emails.length} members have no passkey`;
  const others = emails.length - NAMED;
  const named = emails.slice(0, NAMED).join(others > 0 ? ", " : " and ");
  const who = others > 0 ? `${named} and ${others} ${others === 1 ? "other" : "others"}` : named;
  const text = `${who} ${emails.length === 1 ? "confirms" : "confirm"} with codes only. A passkey is optional and safer: it does not work on a fake page. Each person adds their own under Account.`;
  return [{ kind: "passkeys", title, text, button: "Open Team", to: "team" }];
}

const requests = (count: number): string => (count === 1 ? "1 request" : `${count.toLocaleString("en")} requests`);
