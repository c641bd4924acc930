import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { source } from "../../house/imports";

/* What has one place in the code, and no second one. */

const root = path.resolve(import.meta.dirname, "../../..");
const files = ["app", "components", "lib", "prisma"]
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.startsWith("lib/generated/"));
const filesWith = (pattern: RegExp) => files.filter((file) => pattern.test(source(file))).sort();

test("the three checks of admit() are made in one place, and its three runners call it", () => {
  expect(filesWith(/refuse\(\{ code: "(?:foreign_origin|not_a_fetch)"/)).toEqual(["lib/actions/admit.ts"]);
  expect(filesWith(/\bawait admit\(/)).toEqual(
    ["member-action", "own-action", "staff-query"].map((runner) => `lib/actions/${runner}.ts`),
  );
});

test.each([
  ["LEASE_MS", "lib/platform/lease.ts"],
  ["PROPAGATION_WAIT_MS", "lib/platform/lease.ts"],
  ["LIFETIME_SECONDS", "lib/identity/session/lifetime.ts"],
  ["IDLE_SECONDS", "lib/identity/session/lifetime.ts"],
  ["DELIVERED_FOR_SECONDS", "lib/api-keys/reveal/delivered-for.ts"],
  ["LIVE", "lib/identity/session/sessions.ts"],
])("%s is defined in %s alone", (name, file) => {
  expect(filesWith(new RegExp(`\\bconst ${name}\\b`))).toEqual([file]);
});

test("no file writes the wait of 1.2 s, or the 12 hours, 15 minutes and 120 s in SQL, a second time", () => {
  const again = /\b1_?200\b|\b12 \* 60 \* 60\b|interval '(?:15 minutes|12 hours|2 minutes|(?:120|900|43200) s\w*)'/;
  expect(filesWith(again)).toEqual(["lib/identity/session/lifetime.ts"]);
});

test("no refusal is recognized by the words of its sentence", () => {
  const reading = /\b(?:message|sentence)\)?\??\.(?:startsWith|includes|match|search)\(|\.test\((?:\w+\.)?message\)/;
  expect(filesWith(reading)).toEqual([
    // An error of `pg` that has no code.
    "lib/gateway/sealing/operator-error.ts",
    // Errors of pg-pool and Prisma that have no code.
    "lib/platform/db/database-busy.ts",
    // Whether zod's message begins with the variable's name.
    "lib/platform/env.ts",
  ]);
});
