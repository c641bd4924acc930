import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fingerprint, skipIfFresh } from "./fingerprint.mjs";
import { root, run, runOrThrow, runProgram } from "./run.mjs";

/** Installs the packages, unless node_modules matches package.json and package-lock.json. */
export function install() {
  const mark = path.join(root, "node_modules/.countersign");
  return skipIfFresh(mark, installHash(), async () => {
    // Not "npm ci", which refuses a lock file that was made on another platform. --no-save, so
    // that no npm rewrites the lock file of a clone. --ignore-scripts, because every package that
    // has an install script works without it, and none of them can download anything.
    const args = [
      "install",
      "--no-audit",
      "--no-fund",
      "--no-save",
      "--ignore-scripts",
      "--include=dev",
      "--include=optional",
    ];
    const npm = process.env.npm_execpath ?? "";
    const running = npm.endsWith("npm-cli.js") ? run([npm, ...args]) : runProgram("npm", args);
    await runOrThrow("npm install", running);
  });
}

/** Generates the Prisma client, unless it was already generated from this schema. */
export function generate() {
  const hash = fingerprint(["prisma/schema.prisma", "prisma.config.ts"], installHash());
  return skipIfFresh(path.join(root, "lib/generated/.countersign"), hash, async () => {
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" };
    await runOrThrow("prisma generate", run(["node_modules/prisma/build/index.js", "generate"], { env }));
  });
}

/**
 * A hash of everything that decides which packages are installed. Of package-lock.json it includes
 * only the versions, because npm versions differ in how they write the rest.
 */
export function installHash() {
  const { dependencies, devDependencies, optionalDependencies, overrides } = readJson("package.json");
  const { packages = {} } = existsSync(path.join(root, "package-lock.json"))
    ? readJson("package-lock.json")
    : /** @type {Manifest} */ ({});
  const versions = Object.entries(packages).flatMap(([where, { version, optional }]) =>
    where && !optional ? [[where, version]] : [],
  );
  const all = [
    dependencies,
    devDependencies,
    optionalDependencies,
    overrides,
    versions,
    process.platform,
    process.arch,
  ];
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
