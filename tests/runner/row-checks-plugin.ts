import { readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vitest/config";
import { ROW_QUERIES, type RowQueries } from "./row-query-files";

const root = path.resolve(import.meta.dirname, "../..");
const CHECKS = path.join(root, "tests/kit/database/row-checks.ts");

/**
 * In the tests on PostgreSQL, each statement's rows are compared with their declared type
 * (tests/kit/database/row-checks). The product itself does not parse its own rows.
 */
export function rowChecks(): Plugin {
  let files: RowQueries | undefined;
  return {
    name: "row-checks",
    enforce: "pre",
    transform(code, id) {
      files ??= JSON.parse(readFileSync(path.join(root, ROW_QUERIES), "utf8")) as RowQueries;
      const file = files[path.relative(root, id).replaceAll(path.sep, "/")];
      if (!file) return null;
      if (file.text !== code) throw new Error(`${id} has changed since the run began. Run the tests again.`);
      return { code: wrapped(file), map: null };
    },
  };
}

/** No line moves, so that an error still names its line. */
function wrapped({ text, queries }: RowQueries[string]): string {
  const inserts = queries.flatMap(({ name, start, end }) => [
    { at: start, text: `checkRows(${JSON.stringify(name)}, ` },
    { at: end, text: ")" },
  ]);
  let code = text;
  for (const insert of inserts.sort((one, other) => other.at - one.at))
    code = code.slice(0, insert.at) + insert.text + code.slice(insert.at);
  return `${code}\nimport { checkRows } from ${JSON.stringify(CHECKS)};\n`;
}
