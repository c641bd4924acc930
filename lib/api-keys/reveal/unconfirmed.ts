import { Prisma } from "../../generated/prisma/client";

/**
 * A secret that no dialog confirmed within the 120 s: its copy is no longer delivered. The secret
 * was generated with the first activation, or with a pair for a rotation.
 */
export const UNCONFIRMED = Prisma.sql`(secret_received_at IS NULL
  AND CASE WHEN takes_over IS NULL THEN first_activated_at ELSE generated_at END <= clock_timestamp() - interval '120 s')`;
