import { Prisma } from "../../generated/prisma/client";

/** A secret that no dialog confirmed within the 120 s: its copy is no longer delivered. */
export const UNCONFIRMED = Prisma.sql`(secret_received_at IS NULL AND first_activated_at <= clock_timestamp() - interval '120 s')`;
