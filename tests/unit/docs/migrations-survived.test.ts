import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { version } from "../../../package.json";
import { breakingStatements } from "../../kit/database/migration-compat";

const folder = path.resolve(import.meta.dirname, "../../../prisma/migrations");
/** The last migration of the first release. No version comes before these. */
const FIRST = "20261123020000_usage";

test("the previous version keeps working after every migration since the first release", () => {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(names).toContain(FIRST);
  const later = names.filter((name) => name > FIRST);
  const found = later.flatMap((name) =>
    breakingStatements(readFileSync(path.join(folder, name, "migration.sql"), "utf8"), version),
  );
  expect(found).toEqual([]);
});

describe("the previous version keeps working after", () => {
  test.each([
    [
      "a new table with all that belongs to it",
      `CREATE TABLE "notes" ("id" UUID NOT NULL, CONSTRAINT "notes_pkey" PRIMARY KEY ("id"));
      CREATE UNIQUE INDEX "n" ON "notes"("id"); ALTER TABLE "notes" ADD CONSTRAINT "c" CHECK ("id" IS NOT NULL), ALTER COLUMN "id" SET NOT NULL;
      GRANT SELECT ON "notes" TO countersign_app;`,
    ],
    [
      "nullable and defaulted columns",
      `-- Words; DROP TABLE users;
      ALTER TABLE "users" ADD COLUMN "nick" TEXT, ADD COLUMN "n" NUMERIC(10, 2) DEFAULT 0, ADD COLUMN "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now();
      ALTER TABLE users ADD COLUMN w TEXT NOT NULL DEFAULT 'a; DROP TABLE users', ADD COLUMN "r" "Role" DEFAULT 'view'::"Role";`,
    ],
    ["an index built concurrently", "CREATE INDEX CONCURRENTLY i ON users (name);"],
    ["a new function, whatever is in it", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DROP TABLE users; $$;"],
    [
      "what it says it survives, from an earlier version on",
      "-- Survived since 1.1.0: it reads nick no more.\nALTER TABLE users DROP COLUMN nick;",
    ],
  ])("%s", (_, sql) => {
    expect(breakingStatements(sql, "1.2.0")).toEqual([]);
  });
});

describe("the previous version can break after", () => {
  test.each([
    ["a dropped table", "DROP TABLE users"],
    ["a dropped column", "ALTER TABLE users DROP COLUMN name"],
    ["a column dropped beside one that is added", "ALTER TABLE users ADD COLUMN a TEXT, DROP COLUMN name"],
    ["a renamed column", "ALTER TABLE users RENAME COLUMN name TO called"],
    ["a column that must be filled", "ALTER TABLE users ADD COLUMN nick TEXT NOT NULL"],
    ["a column that rewrites the table", "ALTER TABLE users ADD COLUMN token UUID DEFAULT gen_random_uuid()"],
    ["a column that counts", "ALTER TABLE users ADD COLUMN n BIGSERIAL"],
    ["a column that is unique", "ALTER TABLE users ADD COLUMN nick TEXT UNIQUE"],
    ["another type", "ALTER TABLE users ALTER COLUMN name TYPE VARCHAR(10)"],
    ["a column that may no longer be empty", "ALTER TABLE users ALTER COLUMN staff_role SET NOT NULL"],
    ["a constraint that its own writes may break", "ALTER TABLE users ADD CONSTRAINT c CHECK (name <> '') NOT VALID"],
    ["a unique index", "CREATE UNIQUE INDEX CONCURRENTLY i ON users (name)"],
    ["an index that keeps writers waiting", "CREATE INDEX i ON users (name)"],
    ["a trigger", "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()"],
    ["another body of a function", "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS $$ $$"],
    ["a value it cannot read", `ALTER TYPE "Role" ADD VALUE 'auditor'`],
    ["a right taken away", "REVOKE SELECT ON users FROM countersign_app"],
    ["rows rewritten", "UPDATE users SET name = lower(name)"],
    ["what cannot be seen through", "DO $$ BEGIN DROP TABLE users; END $$"],
    [
      "what its own version alone is said to survive",
      "-- Survived since 1.2.0: it reads it no more.\nDROP TABLE users",
    ],
    ["what is said to be survived without a reason", "-- Survived since 1.1.0\nDROP TABLE users"],
  ])("%s", (_, sql) => {
    expect(breakingStatements(sql, "1.2.0")).toHaveLength(1);
  });

  test("two tables in one migration, whose locks could deadlock with an operation", () => {
    expect(
      breakingStatements("ALTER TABLE users ADD COLUMN a TEXT; ALTER TABLE merchants ADD COLUMN a TEXT;", "1.2.0"),
    ).toEqual(["ALTER TABLE merchants ADD COLUMN a TEXT"]);
  });

  test("an index built concurrently beside another statement, which makes a transaction of both", () => {
    expect(
      breakingStatements("CREATE TABLE t (id INTEGER); CREATE INDEX CONCURRENTLY i ON users (name);", "1.2.0"),
    ).toHaveLength(1);
  });
});
