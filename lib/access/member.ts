import type { MerchantId, SessionId, UserId } from "../platform/ids";
import type { Role } from "./roles";

/** A user acting at one merchant, re-read from the database on every call. */
export type Member = {
  userId: UserId;
  email: string;
  name: string;
  sessionId: SessionId;
  address: string | null;
  merchantId: MerchantId;
  role: Role;
  /** What replaced the 2FA code in this request; recorded with its events. */
  proof?: "passkey" | "password";
};

/**
 * An operator who acts at one merchant through the admin command on the server, without a user or
 * a session. `email` is the name that mails use for them.
 */
export type Operator = {
  kind: "operator";
  operator: string;
  merchantId: MerchantId;
  email: "Support";
  userId: null;
  sessionId: null;
  address: null;
};

/** A user or an operator: both can stop a key. */
export type Acting = Member | Operator;
