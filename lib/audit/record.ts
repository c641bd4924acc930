import type { Tx } from "../platform/db/db";
import type { KeyId, MerchantId, SessionId, UserId } from "../platform/ids";
import type { AuditEvent } from "./events";

/** Who did it. A `Member` is an Actor. Without a `kind` it is a user of a merchant. */
export type Actor = {
  kind?: "user" | "support" | "operator" | "system";
  userId?: UserId | null;
  merchantId?: MerchantId | null;
  sessionId?: SessionId | null;
  address?: string | null;
  /** The operator's user name on the server; stored with the event. */
  operator?: string;
  /** What replaced a 2FA code; stored with the event. */
  proof?: "passkey" | "password";
};

type Value = string | number | boolean | null;
export type Details = {
  apiKeyId?: KeyId;
  subjectId?: UserId;
  data?: Record<string, Value | readonly (string | Record<string, Value>)[]>;
};

export type Recorded = { actor: Actor; event: AuditEvent } & Details;

/**
 * Records the event of a change in the change's own transaction: no event, no change. `data` never
 * holds a secret, a code or a password.
 */
export const record = (tx: Tx, actor: Actor, event: AuditEvent, details: Details = {}): Promise<void> =>
  recordAll(tx, [{ actor, event, ...details }]);

/** The same for many events, in one statement. */
export async function recordAll(tx: Tx, events: readonly Recorded[]): Promise<void> {
  await tx.auditEvent.createMany({ data: events.map(row) });
}

const row = ({ actor, event, apiKeyId, subjectId, data = {} }: Recorded) => ({
  event,
  actorKind: actor.kind ?? "user",
  actorId: actor.userId ?? null,
  merchantId: actor.merchantId ?? null,
  sessionId: actor.sessionId ?? null,
  address: actor.address ?? null,
  apiKeyId: apiKeyId ?? null,
  subjectId: subjectId ?? null,
  data: {
    ...(actor.proof && { proof: actor.proof }),
    ...data,
    ...(actor.operator && { operator: actor.operator }),
  },
});
