import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ROW_QUERIES, type RowQueries, SEEN_QUERIES } from "@/tests/runner/row-query-files";
import { root } from "../child-env";
import { schemaOf } from "./row-schema";

type Rows = unknown[] | { rows: unknown[] };
type Checks = { schemas: Map<string, z.ZodType>; seen: Set<string>; mistakes: string[] };

const worker = globalThis as { countersignRowChecks?: Checks };
worker.countersignRowChecks ??= { schemas: readSchemas(), seen: new Set(), mistakes: [] };
const { schemas, seen, mistakes } = worker.countersignRowChecks;

/**
 * What the plugin of the tests (tests/runner/row-checks-plugin) puts around each statement:
 * compares the rows with the type that the code declares for them. The code under test gets its
 * rows anyway.
 */
export function checkRows(query: string, running: Promise<Rows>): Promise<Rows> {
  const schema = schemas.get(query);
  return schema ? running.then((result) => compare(query, schema, result)) : running;
}

function compare(query: string, schema: z.ZodType, result: Rows): Rows {
  const rows = Array.isArray(result) ? result : result.rows;
  if (rows.length > 0 && !seen.has(query)) {
    seen.add(query);
    appendFileSync(path.join(root, SEEN_QUERIES), `${query}\n`);
  }
  for (const row of rows) {
    const { error } = schema.safeParse(row);
    if (error) mistakes.push(`${query}\n${z.prettifyError(error)}`);
  }
  return result;
}

/** Fails if a row since the last call had another type than its declaration. */
export function expectDeclaredRows(): void {
  const found = [...new Set(mistakes.splice(0))];
  if (found.length > 0) throw new Error(`Rows that are not of their declared type:\n${found.join("\n")}`);
}

function readSchemas(): Map<string, z.ZodType> {
  const files: RowQueries = JSON.parse(readFileSync(path.join(root, ROW_QUERIES), "utf8"));
  const queries = Object.values(files).flatMap((file) => file.queries);
  return new Map(queries.flatMap(({ name, shape }) => (shape === null ? [] : [[name, schemaOf(shape)] as const])));
}
