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
};
