import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { RULES } from "../../mutations/rules";

const root = path.resolve(import.meta.dirname, "../../..");
const tests = readdirSync(path.join(root, "tests"), { recursive: true, encoding: "utf8" }).map(
  (name) => `tests/${name}`,
);

test("every rule that is broken on purpose is found once in its file, and so is the test that must fail", () => {
  const lost = RULES.filter(({ file, find }) => readFileSync(path.join(root, file), "utf8").split(find).length !== 2);
  const unwatched = RULES.filter(
    ({ part, test }) => !tests.some((file) => file.startsWith(`tests/${part}/`) && file.includes(test)),
  );
  expect([lost, unwatched].map((rules) => rules.map(({ rule }) => rule))).toEqual([[], []]);
  expect(RULES.length).toBeGreaterThan(100);
});

test("a rule in a function of the database is broken where the function was defined last", () => {
  const folder = path.join(root, "prisma/migrations");
  const migrations = readdirSync(folder)
    .sort()
    .filter((name) => name !== "migration_lock.toml")
    .map((name) => `prisma/migrations/${name}/migration.sql`);
  const functions = (file: string) =>
    [...readFileSync(path.join(root, file), "utf8").matchAll(/FUNCTION "(\w+)"\(.*?AS \$\$(.*?)\$\$/gs)].map(
      ([, name, body = ""]) => ({ name, body }),
    );
  const replaced = RULES.filter(({ file, find }) => {
    const broken = file.startsWith("prisma/") && functions(file).find(({ body }) => body.includes(find));
    return (
      broken && migrations.some((later) => later > file && functions(later).some(({ name }) => name === broken.name))
    );
  });
  expect(replaced.map(({ rule }) => rule)).toEqual([]);
});
