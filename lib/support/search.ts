import { z } from "zod";
import { isStorable } from "../actions/input";
import type { StaffQuery } from "../actions/staff-query";
import type { RunSql } from "../platform/db/db";
import { accept, type Result, refuse } from "../platform/result";
import { asSupport } from "./database";
import { type KeyState, withKeyStates } from "./key-states";
import { type Query, readQuery } from "./query";

type Match = { id: string; number: number; name: string; by: "name" | "email" | "key" };

/** Only enough to choose a merchant. Opening one is a look, and is recorded. */
export type Hit = Match & KeyState;

/** Pass `after` for the next page; it is null on the last one. */
export type Hits = { hits: Hit[]; after: number | null };

const PAGE = 20;

export const merchantSearch: StaffQuery<{ text: string; after: number }, Hits> = {
  input: z.object({ text: z.string().max(10_000), after: z.int().min(0).max(2_147_483_647).default(0) }),
  run: ({ text, after }) => findMerchants(text, after),
};

/**
 * Finds merchants by number, part of the name, a member's complete email or a complete API key;
 * lowest number first.
 */
export async function findMerchants(text: string, after = 0): Promise<Result<Hits>> {
  const query = readQuery(text);
  if (query.kind === "secret") return refuse({ code: "secret_pasted" });
  if (query.kind === "long") return refuse({ code: "search_too_long" });
  if (query.kind === "empty" || !isStorable(text)) return accept({ hits: [], after: null });
  const rows = await asSupport(async (runSql) => withKeyStates(runSql, await search(runSql, query, after)));
  const hits = rows.slice(0, PAGE);
  return accept({ hits, after: rows.length > PAGE ? (hits.at(-1)?.number ?? null) : null });
}

type Searchable = Extract<Query, { kind: "key" | "words" }>;

export const search = (runSql: RunSql, query: Searchable, after: number): Promise<Match[]> =>
  query.kind === "key" ? byKey(runSql, query.key) : byWords(runSql, query.words, query.number, after);

function byKey(runSql: RunSql, key: string): Promise<Match[]> {
  return runSql<Match>(
    "SELECT m.id, m.number, m.name, 'key' AS by FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.key = $1",
    [key],
  );
}

/**
 * One or two letters are only matched at the beginning of a word, so that the trigram index is
 * still used. Emails are only matched as a whole. Attack: guessing an email letter by letter, to
 * find out who belongs to a merchant without a look that its Owners could see.
 */
function byWords(runSql: RunSql, words: string, number: number | null, after: number): Promise<Match[]> {
  const literal = words.replace(/[\\%_]/g, "\\$&");
  const patterns = words.length < 3 ? [`${literal}%`, `% ${literal}%`] : [`%${literal}%`];
  return runSql<Omit<Match, "by"> & { by: "a" | "b" }>(
    `SELECT m.id, m.number, m.name, min(f.by) AS by FROM (
       (SELECT number, 'a' AS by FROM merchants WHERE number = $2::int AND number > $3::int)
       UNION ALL
       (SELECT number, 'a' FROM merchants WHERE lower(name) LIKE ANY ($1::text[]) AND number > $3::int ORDER BY number LIMIT ${PAGE + 1})
       UNION ALL
       (SELECT DISTINCT m.number, 'b' FROM users u JOIN memberships s ON s.user_id = u.id JOIN merchants m ON m.id = s.merchant_id
        WHERE u.email = $4 AND m.number > $3::int ORDER BY m.number LIMIT ${PAGE + 1})
     ) f JOIN merchants m USING (number) GROUP BY m.id ORDER BY m.number LIMIT ${PAGE + 1}`,
    [patterns, number, after, words],
  ).then((rows) => rows.map((row) => ({ ...row, by: row.by === "a" ? "name" : "email" })));
}
