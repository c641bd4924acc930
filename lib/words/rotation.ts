type Tried = { number: number; triedBy: number; users: { count: number; missing: readonly string[] } | null };

const MOST_NAMED = 3;

/**
 * How many of the addresses that use the active key have tried the new pair: "2 of the 3 addresses
 * that used key 1042 in the last 7 days have tried key 1051." Without them only how many tried it.
 */
export function triedWords({ number, triedBy, users }: Tried, old: number): string {
  if (users === null) {
    const who = triedBy === 0 ? "No address has" : triedBy === 1 ? "1 address has" : `${triedBy} addresses have`;
    return `${who} tried key ${number}.`;
  }
  const have = users.count - users.missing.length;
  const used = `used key ${old} in the last 7 days`;
  if (users.count === 1) return `The address that ${used} has ${have === 1 ? "" : "not "}tried key ${number}.`;
  const all =
    have === users.count ? `All ${have}` : have === 0 ? `None of the ${users.count}` : `${have} of the ${users.count}`;
  return `${all} addresses that ${used} ${have === 1 || have === 0 ? "has" : "have"} tried key ${number}.`;
}

/** "203.0.113.7 and 203.0.113.8 have not tried key 1051 yet." */
export function missingWords(missing: readonly string[], number: number): string {
  const named = missing.slice(0, MOST_NAMED);
  const others = missing.length - named.length;
  const all = others > 0 ? [...named, `${others} more`] : named;
  const [last, ...before] = all.toReversed();
  const who = before.length === 0 ? last : `${before.toReversed().join(", ")} and ${last}`;
  return `${who} ${all.length === 1 ? "has" : "have"} not tried key ${number} yet.`;
}

/** "243 tries while it was on standby". */
export const triesWords = (tries: number): string =>
  `${tries === 1 ? "1 try" : `${tries.toLocaleString("en")} tries`} while it was on standby`;
