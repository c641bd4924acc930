/** What an activity list shows under one of its pills. */
export type Group = "keys" | "people" | "logins" | "support";

/** A piece of a sentence; addresses are drawn in mono. */
export type Part = string | { ip: string };

/** What stands before the words: a key's glyph after the event, or an icon. */
export type Icon =
  | "standby"
  | "generated"
  | "active"
  | "inactive"
  | "retired"
  | "person"
  | "login"
  | "lock"
  | "device"
  | "support"
  | "operator";

/** `proof`: what the change was confirmed with, where only an Owner can have made it. */
export type Description = { what: string; detail?: Part[]; mark: Icon; proof?: string };

/** What an event says of itself: `key` is "key 1042", `person` the e-mail it is about, `data` what was written with it. */
export type EventFacts = { key: string; person: string; data: Readonly<Record<string, unknown>> };

export type Describe = (told: EventFacts) => Description;

/** What an Owner confirmed the change with. */
export function proofOf({ proof }: EventFacts["data"]): string {
  if (proof === "passkey") return "passkey";
  return proof === "password" ? "password, while 2FA codes were locked" : "2FA code";
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : []);

/** "a, b and c", each drawn as an address. */
export function addresses(ips: string[]): Part[] {
  return ips.flatMap((ip, index) => [index === 0 ? "" : index === ips.length - 1 ? " and " : ", ", { ip }]).filter((part) => part !== "");
}
