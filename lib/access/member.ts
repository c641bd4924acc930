import type { Role } from "./roles";

/** A user acting at one merchant: what every operation of the domain is given, re-read from the database on every call. */
export type Member = {
  userId: string;
  email: string;
  name: string;
  sessionId: string;
  address: string | null;
  merchantId: string;
  role: Role;
  /** What stood in for the 2FA code of this one request; written with its events. */
  proof?: "passkey" | "password";
};

/** An operator at one merchant, by the admin command on the server: no user and no session. `email` is how mails call them. */
export type Operator = {
  kind: "operator";
  operator: string;
  merchantId: string;
  email: "Support";
  userId: null;
  sessionId: null;
  address: null;
};

/** Whoever stops a key. */
export type Acting = Member | Operator;
