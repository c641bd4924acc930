import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
const files = ["app", "components", "lib", "prisma"].flatMap(walk).concat(["proxy.ts"]);

function walk(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("lib/generated"));
}

const source = (file: string) => readFileSync(path.join(root, file), "utf8");

/**
 * What a file imports, except types: relative paths and "@/" resolved to the repository's root.
 */
function imports(file: string): string[] {
  const found = [
    ...source(file).matchAll(/(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s*)?"([^"]+)"/g),
    ...source(file).matchAll(/import\(\s*"([^"]+)"/g),
  ];
  return found.map(([, name]) => {
    if (name?.startsWith("@/")) return name.slice(2);
    return name?.startsWith(".") ? path.join(path.dirname(file), name) : (name ?? "");
  });
}

const offenders = (inside: (file: string) => boolean, imported: (name: string) => boolean) =>
  files.filter(inside).flatMap((file) =>
    imports(file)
      .filter(imported)
      .map((name) => `${file} imports ${name}`),
  );
const under =
  (...folders: string[]) =>
  (file: string) =>
    folders.some((folder) => file.startsWith(folder));

describe("the house", () => {
  test("finds the files it checks", () => {
    expect(files.length).toBeGreaterThan(80);
    expect(imports("lib/platform/db/db.ts")).toContain("lib/platform/env");
  });

  test("a line of a comment has at most 100 columns", () => {
    const long = [...files, ...walk("tests")].flatMap((file) =>
      source(file)
        .split("\n")
        .filter((line) => line.length > 100 && /^\s*(\/\/|\/?\*) /.test(line.replace("/**", "/*")))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(long).toEqual([]);
  });

  test("no component reads a query or runs an operation", () => {
    expect(offenders(under("components/"), (name) => /^lib\/.*(queries|operations|sessions)$/.test(name))).toEqual([]);
  });

  test("the environment is read in one room", () => {
    // The programs of the Integration tab are text.
    const others = (file: string) =>
      file !== "lib/platform/env.ts" && !/^lib\/(ops\/.*\.mjs$|words\/integration\/)/.test(file);
    const reads = files.filter((file) => others(file) && /process\.env\b/.test(source(file)));
    expect(reads).toEqual([]);
  });

  test("the private key is named only for the gateway", () => {
    const named = files.filter(
      (file) =>
        source(file).includes("SEALING_PRIVATE_KEYS") &&
        !/^lib\/(platform\/env\.ts|gateway\/|platform\/crypto\/open\.ts|ops\/)/.test(file),
    );
    expect(named).toEqual([]);
    expect(source("lib/platform/env.ts").match(/SEALING_PRIVATE_KEYS/g)).toHaveLength(1);
  });

  test("role names are compared only in lib/access", () => {
    const comparing = files.filter(
      (file) =>
        !file.startsWith("lib/access/") && /[=!]== ?"(owner|limits|exchange|view|restricted)"/.test(source(file)),
    );
    expect(comparing).toEqual([]);
  });

  // Logins begin a session; the wait for gateways ends what was authorized before it.
  const ownWay = [
    "lib/identity/login/log-in.ts",
    "lib/identity/login/invitation-log-in.ts",
    "lib/api-keys/propagation/finish-stop.ts",
  ];
  test("no operation opens a transaction without re-reading who asks for it", () => {
    const rooms = under(
      "lib/api-keys/",
      "lib/merchants/team/",
      "lib/identity/account/",
      "lib/identity/second-factor/passkeys/",
      "lib/identity/onboarding/",
      "lib/identity/login/log-in.ts",
    );
    const open = files.filter(
      (file) =>
        rooms(file) && /\b(inTransaction|inConfirmedTransaction)\(/.test(source(file)) && !ownWay.includes(file),
    );
    expect(open.length).toBeGreaterThan(10);
    expect(open.filter((file) => !/\b(authorize\w*|lockOnboarding|beginChange)\(\s*tx,/.test(source(file)))).toEqual(
      [],
    );
  });

  test("a second factor is consumed only where access is re-read, and by logins", () => {
    const spending = files.filter((file) => /\bconsumeSecondFactor\(/.test(source(file)));
    expect(spending.sort()).toEqual([
      ...[
        "lib/actions/authorize.ts",
        "lib/identity/login/invitation-log-in.ts",
        "lib/identity/login/log-in.ts",
        "lib/identity/second-factor/challenge.ts",
        "lib/merchants/team/locked-team.ts",
      ],
    ]);
  });

  test("the support desk has no server action", () => {
    expect(files.filter((file) => file.startsWith("app/support/") && /"use server"/.test(source(file)))).toEqual([]);
  });

  test("the compiler checks every file: nothing is typed any, and no error is suppressed", () => {
    // In TypeScript Biome finds the word "any" too.
    const silent = /@ts-(?:ignore|nocheck)|@(?:param|property|returns|type|typedef) .*\{.*\bany\b.*\}/;
    expect(files.filter((file) => silent.test(source(file)))).toEqual([]);
    expect(silent.test("/** @param {(value: any) => void} then */")).toBe(true);
  });

  test("no file is longer than 200 lines", () => {
    expect(
      files.filter(
        (file) =>
          source(file)
            .split("\n")
            .filter((line) => line.trim()).length > 200,
      ),
    ).toEqual([]);
  });
});
