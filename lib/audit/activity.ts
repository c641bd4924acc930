import { roleLabel } from "../access/roles";
import { deviceName } from "../identity/session/device-name";
import type { RunSql } from "../platform/db/db";
import type { MerchantId } from "../platform/ids";
import { eventsIn, wordsOf } from "../words/audit/words";
import { activitySql, type StoredEvent } from "./activity-sql";
import { type Description, type Group, textOf } from "./describe";

export type ActivityEvent = {
  id: string;
  at: string;
  words: Description;
  who: ActivityActor;
  from: { place: string; device: string | null };
};

/** `tag` is set if it was not a user of the merchant. */
export type ActivityActor = { name: string; about: string | null; tag: "Support" | "Operator" | null };

/** Pass `older` as `before` for the next page; it is null on the last one. */
export type ActivityPage = { events: ActivityEvent[]; older: string | null; newest: boolean };

export type ActivityQuery = { before: string | null; group: Group | null };

const PAGE = 25;

/** Reads a page of a merchant's activity, in words. `runSql` decides the database role. */
export async function readActivity(
  runSql: RunSql,
  merchantId: MerchantId,
  { before, group, devices }: ActivityQuery & { devices: boolean },
): Promise<ActivityPage> {
  const kinds = group && eventsIn(group);
  const rows = await runSql<StoredEvent>(...activitySql({ merchantId, before, kinds, limit: PAGE + 1, devices }));
  const shown = rows.slice(0, PAGE);
  return {
    events: shown.map(toEvent),
    older: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null,
    newest: before === null,
  };
}

/** Reads a page's cursor from its URL. Null, the newest page, if it is invalid. */
export const readCursor = (text: unknown): string | null =>
  typeof text === "string" && /^[1-9][0-9]{0,17}$/.test(text) ? text : null;

function toEvent(row: StoredEvent): ActivityEvent {
  const { id, at, event, number, subjectEmail, actorEmail, data } = row;
  const words = wordsOf(event, {
    key: number === null ? "an API key" : `key ${number}`,
    person: subjectEmail ?? actorEmail ?? "somebody",
    data,
  });
  return { id, at: at.toISOString(), words, who: who(row, words), from: from(row) };
}

function who(
  { event, actorKind, actorEmail, actorName, subjectEmail, role, data }: StoredEvent,
  { proof }: Description,
): ActivityActor {
  if (actorKind === "support") return { name: actorName ?? "Support", about: null, tag: "Support" };
  if (actorKind === "operator")
    return { name: `Operator ${textOf(data.operator)}`.trim(), about: null, tag: "Operator" };
  if (actorKind === "user") {
    const about = proof ? `${roleLabel("owner")}, ${proof}` : role && roleLabel(role);
    return { name: actorEmail ?? "A former user", about, tag: null };
  }
  const name = event === "login.refused" ? "Somebody not logged in" : (subjectEmail ?? "Countersign");
  return { name, about: null, tag: null };
}

function from({ actorKind, address, userAgent }: StoredEvent): ActivityEvent["from"] {
  if (actorKind === "support") return { place: "Support desk", device: null };
  if (actorKind === "operator") return { place: "On the server", device: null };
  return {
    place: address ?? (actorKind === "system" ? "On the server" : "Address unknown"),
    device: deviceName(userAgent),
  };
}
