import { Prisma } from "../../generated/prisma/client";
import { DELIVERED_FOR_SECONDS } from "./delivered-for";

const DELIVERED_FOR = Prisma.raw(`interval '${DELIVERED_FOR_SECONDS} s'`);

/**
 * A secret that no dialog confirmed while its copy could be delivered. The secret was generated
 * with the first activation, or with a pair for a rotation.
 */
export const UNCONFIRMED = Prisma.sql`(secret_received_at IS NULL
  AND CASE WHEN takes_over IS NULL THEN first_activated_at ELSE generated_at END <= clock_timestamp() - ${DELIVERED_FOR})`;
