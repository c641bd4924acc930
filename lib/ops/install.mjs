import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fingerprint, unlessFresh } from "./fingerprint.mjs";
import { root, run, runOrThrow, runProgram } from "./run.mjs";

/** Installs the packages, unless node_modules holds what package.json and package-lock.json say. */
export function install() {
  const mark = path.join(root, "node_modules/.countersign");
  return unlessFresh(mark, wanted(), async () => {
    // Not "npm ci", which refuses a lock file that was made on another platform. Not saved, so that no npm rewrites that file in
    // a clone. No install scripts: every package that has one works without it, and none of them gets to download anything.
    const args = ["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--include=dev", "--include=optional"];
    const npm = process.env.npm_execpath ?? "";
    const running = npm.endsWith("npm-cli.js") ? run([npm, ...args]) : runProgram("npm", args);
    await runOrThrow("npm install", running);
  });
}

/** Makes the Prisma client, unless it was made from this schema. */
export function generate() {
  const hash = fingerprint(["prisma/schema.prisma", "prisma.config.ts"], wanted());
  return unlessFresh(path.join(root, "lib/generated/.countersign"), hash, async () => {
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" };
    await runOrThrow("prisma generate", run(["node_modules/prisma/build/index.js", "generate"], { env }));
  });
}

/** What the installed packages depend on; of package-lock.json only the versions, since each npm writes the rest in its own way. */
export function wanted() {
  const { dependencies, devDependencies, optionalDependencies, overrides } = readJson("package.json");
  const { packages = {} } = existsSync(path.join(root, "package-lock.json")) ? readJson("package-lock.json") : /** @type {Manifest} */ ({});
  const versions = Object.entries(packages).flatMap(([where, { version, optional }]) => (where && !optional ? [[where, version]] : []));
  const all = [dependencies, devDependencies, optionalDependencies, overrides, versions, process.platform, process.arch];
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

/**
 * @typedef {Record<string, string>} Versions by package
 * @typedef {{ version?: string, optional?: boolean }} Locked
 * @typedef {{ dependencies?: Versions, devDependencies?: Versions, optionalDependencies?: Versions,
 *   overrides?: Record<string, unknown>, packages?: Record<string, Locked> }} Manifest
 */

/** @param {string} file @returns {Manifest} */
const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), "utf8"));
