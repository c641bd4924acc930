import { expect, test } from "vitest";
import { breakingStatements } from "../../kit/database/migration-compat";
import { migrationProgram } from "../../kit/database/migrations";
import { asOwner } from "../../kit/gateway/gateway-keys";
import { underLoad } from "../../kit/gateway/workload";

const tables = async () =>
  (
    await asOwner<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^_' ORDER BY 1",
    )
  ).map(({ name }) => name);

test("while a gateway, a worker and the dashboard's operations are running, every table gets a column, one is added and an index is built, without a failure", async () => {
  const names = await tables();
  const widened = names.map((name) => [
    `20990101000000_${name}`,
    `ALTER TABLE "${name}" ADD COLUMN "later" TEXT, ADD COLUMN "mark" TEXT NOT NULL DEFAULT 'x';`,
  ]);
  const added: Record<string, string> = {
    ...Object.fromEntries(widened),
    "20990102000000_table": `CREATE TABLE "notes" ("user_id" UUID NOT NULL REFERENCES "users"("id")); CREATE INDEX "notes_user" ON "notes"("user_id");`,
    "20990103000000_index": `CREATE INDEX CONCURRENTLY "merchants_called" ON "merchants"("name");`,
  };
  expect(Object.values(added).flatMap((sql) => breakingStatements(sql, "0.1.0"))).toEqual([]);
  const migrate = await migrationProgram(added);
  let applied = "";
  const { failures, accepted, days } = await underLoad(async () => {
    applied = await migrate();
  });
  expect(failures).toEqual([]);
  expect(applied.trim().split("\n")).toEqual(Object.keys(added));
  expect(names.length).toBeGreaterThan(15);
  expect(accepted).toBeGreaterThan(100);
  expect(days).toBeGreaterThanOrEqual(6);
});

test("a migration that renames a column is detected", async () => {
  const migrate = await migrationProgram({
    "20990104000000_rename": `ALTER TABLE "api_keys" RENAME COLUMN "allowed_ips" TO "addresses";`,
  });
  expect((await underLoad(migrate)).failures).toContainEqual(expect.stringContaining("allowed_ips"));
});
