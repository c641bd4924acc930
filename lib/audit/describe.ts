/** A filter of the activity list. */
export type Group = "keys" | "people" | "logins" | "support";

/** A part of a sentence; IP addresses are shown in a monospaced font. */
export type Part = string | { ip: string };

/** Shown before the words: the glyph of the key's state after the event, or an icon. */
export type Icon =
  | "standby"
  | "generated"
  | "active"
  | "inactive"
  | "retired"
  | "alarm"
  | "note"
  | "person"
  | "login"
  | "lock"
  | "device"
  | "support"
  | "operator";

/** `proof`: what confirmed the change. Set only for changes that only an Owner can make. */
export type Description = { what: string; detail?: Part[]; icon: Icon; proof?: string };

/** `key` is "key 1042", `person` the email it is about, `data` is stored with the event. */
export type EventFacts = { key: string; person: string; data: Readonly<Record<string, unknown>> };

export type Describe = (told: EventFacts) => Description;

/** What an Owner used to confirm the change. */
export function proofOf({ proof }: EventFacts["data"]): string {
  if (proof === "passkey") return "passkey";
  return proof === "password" ? "password, while 2FA codes were locked" : "2FA code";
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];

/** "a, b and c", each as an IP address. */
export function addresses(ips: string[]): Part[] {
  return ips
    .flatMap((ip, index) => [index === 0 ? "" : index === ips.length - 1 ? " and " : ", ", { ip }])
    .filter((part) => part !== "");
}
