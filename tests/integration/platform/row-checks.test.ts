import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { listMerchants } from "@/lib/merchants/queries";
import { filesOfLib, ROW_QUERIES, type RowQueries } from "@/tests/runner/row-query-files";
import { root } from "../../kit/child-env";
import { expectDeclaredRows } from "../../kit/database/row-checks";
import { asOwner } from "../../kit/people/owner";
import { makeOwner } from "../../kit/people/people";

const files: RowQueries = JSON.parse(readFileSync(path.join(root, ROW_QUERIES), "utf8"));

describe("the rows of raw SQL are of the type that their statement declares", () => {
  test("a column with a value of another type fails the test that read it, and names the statement and the column", async () => {
    const owner = await makeOwner();
    await asOwner("ALTER TABLE merchants ALTER COLUMN name DROP NOT NULL");
    await asOwner("UPDATE merchants SET name = NULL WHERE id = $1", [owner.merchantId]);
    await listMerchants(owner.userId);
    expect(expectDeclaredRows).toThrow(/lib\/merchants\/queries\.ts:\d+\n.*expected string, received null\n.*at name/s);
  });

  test("each statement in lib/ that declares its rows is compared", () => {
    const declared = filesOfLib().map((file) => [file, textOf(file).match(DECLARES_ROWS)?.length ?? 0] as const);
    const compared = (file: string) => files[file]?.queries.filter(({ shape }) => shape !== null).length ?? 0;
    expect(declared.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(80);
    expect(declared.filter(([file, count]) => compared(file) < count)).toEqual([]);
  });
});

/** A call with a type of rows, other than that of a type parameter, whose callers are compared. */
const DECLARES_ROWS =
  /(?:\$queryRaw(?:Unsafe)?|\brunSql|(?<!async #)\bquery)<(?!\s*unknown\b|Row>\(\{ \.\.\.statement)/g;

const textOf = (file: string) => readFileSync(path.join(root, file), "utf8");
