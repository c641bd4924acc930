import type { Describe, Description, EventFacts, Group } from "../../audit/describe";
import type { AuditEvent } from "../../audit/events";
import { KEY_WORDS } from "./keys";
import { LOGIN_WORDS } from "./login";
import { PEOPLE_WORDS } from "./people";
import { SUPPORT_WORDS } from "./support";

const GROUPS = { keys: KEY_WORDS, people: PEOPLE_WORDS, logins: LOGIN_WORDS, support: SUPPORT_WORDS };

/** An event without words does not compile, so that Owners can read every event. */
const ALL: Record<AuditEvent, Describe> = { ...KEY_WORDS, ...PEOPLE_WORDS, ...LOGIN_WORDS, ...SUPPORT_WORDS };

export const readGroup = (text: unknown): Group | null =>
  typeof text === "string" && Object.hasOwn(GROUPS, text) ? (text as Group) : null;

/** The kinds of events that a group shows. */
export const eventsIn = (group: Group): string[] => Object.keys(GROUPS[group]);

/** An event in words. One that this version does not know is shown by its stored name. */
export function wordsOf(event: string, told: EventFacts): Description {
  const say = Object.hasOwn(ALL, event) ? ALL[event as AuditEvent] : null;
  if (!say) return { what: event, icon: "person" };
  const words = say(told);
  return { ...words, what: begun(words.what, told.person) };
}

/** Capitalizes the first letter, unless the sentence begins with an email address. */
function begun(what: string, person: string): string {
  const isEmail = person.includes("@") && what.startsWith(person);
  return isEmail ? what : what.charAt(0).toUpperCase() + what.slice(1);
}
