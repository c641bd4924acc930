import { Prisma } from "../../generated/prisma/client";

/** A secret that no dialog confirmed in the time it had: its copy is gone. */
export const UNCONFIRMED = Prisma.sql`(secret_received_at IS NULL AND first_activated_at <= clock_timestamp() - interval '120 s')`;
