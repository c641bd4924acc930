import { readdirSync } from "node:fs";
import path from "node:path";
import { root } from "../../lib/ops/run.mjs";
import type { Shape } from "./row-shapes";

/** A call that runs SQL. `shape` is null if the type of its rows is not declared. */
export type RowQuery = { name: string; start: number; end: number; shape: Shape | null };

/** By file, with the text in which they were found. */
export type RowQueries = Record<string, { text: string; queries: RowQuery[] }>;

/** What `npm test` writes and the tests on PostgreSQL read. */
export const ROW_QUERIES = ".build/row-queries.json";

/** The names of the queries that have returned a row in this run. */
export const SEEN_QUERIES = ".build/row-queries-seen.txt";

/** The files of lib/ that may run SQL, by their paths from the root. */
export const filesOfLib = () =>
  readdirSync(path.join(root, "lib"), { recursive: true, encoding: "utf8" })
    .map((name) => `lib/${name.replaceAll(path.sep, "/")}`)
    .filter((name) => name.endsWith(".ts") && !name.startsWith("lib/generated/"));
