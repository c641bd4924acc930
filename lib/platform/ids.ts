/*
 * Ids that cannot be taken for each other: passing one where another is expected does not compile.
 * A plain string is still accepted, as it comes from the database and from zod.
 */
type Id<Kind extends string> = string & { readonly __kind?: Kind };

export type MerchantId = Id<"merchant">;
export type UserId = Id<"user">;
export type SessionId = Id<"session">;
export type KeyId = Id<"key">;
/** What makes an activation repeatable: only its dialog knows it. */
export type Ticket = Id<"ticket">;
