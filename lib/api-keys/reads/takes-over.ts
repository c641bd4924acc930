import { Prisma } from "../../generated/prisma/client";
import { STATUS_NOW } from "../lock-key";

/**
 * What makes the pair of a row of `api_keys` the active one, by the rule of the take-over itself.
 */
export const TAKES_OVER_NOW = Prisma.sql`CASE WHEN ${STATUS_NOW} = 'standby'
  THEN takes_over_now(merchant_id, generated_at, takes_over) ELSE takes_over END::text`;
