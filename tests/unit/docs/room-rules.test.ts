import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "@/lib/ops/run.mjs";

/*
 * Which room may import what is held by Biome (biome.json, noRestrictedImports). Each rule is tried
 * with an import that breaks it, in a folder of its own with this configuration.
 */

const DATABASE = "Pages and components read through lib/";
const FRAMEWORK = "lib/ knows neither Next nor React";
const GATEWAY = "The gateway knows neither sessions, nor actions, nor Prisma.";
const SEALED = "Only the gateway can open a sealed secret.";

const REFUSED: [file: string, module: string, rule: string][] = [
  ["app/support/page.tsx", "@/lib/platform/db/db", DATABASE],
  ["components/ui/button.tsx", "pg", DATABASE],
  ["components/team/row.tsx", "@/lib/generated/prisma/client", DATABASE],
  ["lib/api-keys/activate.ts", "next/headers", FRAMEWORK],
  ["lib/merchants/health.ts", "react", FRAMEWORK],
  ["lib/gateway/auth/authenticate.ts", "react-dom/server", FRAMEWORK],
  [
    "lib/identity/session/sessions.ts",
    "next-auth/jwt",
    "next-auth is imported by lib/identity/login/next-auth.ts alone",
  ],
  ["lib/identity/session/guards.ts", "next-auth", "next-auth is imported by lib/identity/login/next-auth.ts alone"],
  ["lib/gateway/auth/authenticate.ts", "../../identity/session/sessions", GATEWAY],
  ["lib/gateway/start.ts", "../platform/db/db", GATEWAY],
  ["lib/gateway/usage/usage.ts", "@prisma/client", GATEWAY],
  ["lib/gateway/usage/usage.ts", "../../generated/prisma/client", GATEWAY],
  ["lib/api-keys/activate.ts", "../platform/crypto/open", SEALED],
  ["app/(dashboard)/page.tsx", "@/lib/platform/crypto/open", SEALED],
  ["lib/identity/login/log-in.ts", "@node-rs/argon2", "Passwords are hashed in lib/platform/crypto/password.ts"],
];
const ALLOWED: [file: string, module: string][] = [
  ["lib/gateway/cache/opened-secrets.ts", "../../platform/crypto/open"],
  ["lib/identity/session/guards.ts", "next/navigation"],
  ["lib/identity/login/next-auth.ts", "next-auth"],
  ["lib/platform/crypto/password.ts", "@node-rs/argon2"],
  ["lib/api-keys/activate.ts", "../platform/db/db"],
];

const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-rooms-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Biome says of each file, one line for each import that it refuses. */
let said: string[] = [];
beforeAll(async () => {
  const { vcs: _, ...config } = JSON.parse(readFileSync(path.join(root, "biome.json"), "utf8"));
  writeFileSync(path.join(folder, "biome.json"), JSON.stringify(config));
  const imports = new Map<string, string[]>();
  for (const [file, module] of [...REFUSED, ...ALLOWED]) imports.set(file, [...(imports.get(file) ?? []), module]);
  for (const [file, modules] of imports) {
    const lines = modules.map((module, index) => `export { it as it${index} } from "${module}";`);
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), `${lines.join("\n")}\n`);
  }
  const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
  const args = ["lint", "--only=style/noRestrictedImports", "--reporter=github", "--max-diagnostics=200", "."];
  const ended = promisify(execFile)(process.execPath, [biome, ...args], { cwd: folder });
  const { stdout } = await ended.catch((error: { stdout: string }) => error);
  said = stdout.split("\n").filter((line) => line.includes("noRestrictedImports"));
});

/** What it says of this import. */
const saidOf = (file: string, module: string) => {
  const line =
    [...REFUSED, ...ALLOWED].filter(([other]) => other === file).findIndex(([, other]) => other === module) + 1;
  return said.filter((each) => each.includes(`/${file},line=${line},`)).join("\n");
};

test.each(REFUSED)("%s may not import %s", (file, module, rule) => expect(saidOf(file, module)).toContain(rule));

test.each(ALLOWED)("%s may import %s", (file, module) => expect(saidOf(file, module)).toBe(""));
