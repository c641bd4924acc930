import { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";

/**
 * At most `most` rows of this table, locked, as a condition for a DELETE or UPDATE of it. Rows that
 * others have locked, or changed since the statement began, are left for the next round. `which` is
 * what follows WHERE, and may end in ORDER BY.
 *
 * By address (ctid), because PostgreSQL then reads each row once. With the table's key in its place
 * it may choose a join that reads the whole table for every row, if its statistics are from when
 * the table was small: such a statement ran into its time limit each time, and no row was deleted.
 */
export const someRows = (table: string, which: Prisma.Sql, most: number): Prisma.Sql => {
  const from = Prisma.raw(table);
  return Prisma.sql`ctid = ANY (ARRAY(SELECT ctid FROM ${from} WHERE ${which} LIMIT ${most}::int FOR UPDATE SKIP LOCKED))`;
};

/** Deletes them. @returns how many */
export const deleteRows = (table: string, which: Prisma.Sql, most: number): Promise<number> =>
  db().$executeRaw`DELETE FROM ${Prisma.raw(table)} WHERE ${someRows(table, which, most)}`;
