import { ExpectedError } from "../../lib/ops/output.mjs";
import { hasBrowser, installDebianPackages, onPath } from "./browser.mjs";
import { nginx } from "./nginx.mjs";
import { pgbouncer } from "./pgbouncer.mjs";

const ON_POSTGRES = ["integration", "e2e", "fault", "bun", "quick"];

/**
 * @typedef {object} TestProgram
 * @property {string} name
 * @property {boolean} [optional]
 * @property {string[]} parts
 * @property {() => boolean | Promise<boolean>} here
 * @property {string[]} packages
 */

/**
 * Programs that the tests need and no npm package provides: how to find each, and the Debian
 * packages that provide it. Tests do not require an optional one; without it they print a note.
 * @type {TestProgram[]}
 */
const PROGRAMS = [
  { name: "openssl", parts: ON_POSTGRES, here: () => onPath(["openssl"]).length > 0, packages: ["openssl"] },
  { name: "curl", parts: ON_POSTGRES, here: () => onPath(["curl"]).length > 0, packages: ["curl"] },
  {
    name: "python3",
    optional: true,
    parts: ["integration"],
    here: () => onPath(["python3"]).length > 0,
    packages: ["python3"],
  },
  {
    name: "php",
    optional: true,
    parts: ["integration"],
    here: () => onPath(["php"]).length > 0,
    packages: ["php-cli"],
  },
  { name: "ruby", optional: true, parts: ["integration"], here: () => onPath(["ruby"]).length > 0, packages: ["ruby"] },
  {
    name: "nginx with njs",
    parts: ON_POSTGRES,
    here: () => nginx() !== null,
    packages: ["nginx", "libnginx-mod-http-js"],
  },
  { name: "pgbouncer", parts: ON_POSTGRES, here: () => pgbouncer() !== undefined, packages: ["pgbouncer"] },
  // An ordinary user gets a browser from Playwright.
  {
    name: "a browser",
    parts: ["e2e"],
    here: () => !canInstall() || hasBrowser(),
    packages: ["chromium", "chromium-headless-shell"],
  },
];

/**
 * Checks the programs before anything else. Installs what is missing if it can; otherwise throws
 * one sentence that names everything.
 * @param {string | undefined} part the part of the tests that needs them; all without it
 */
export async function findTestPrograms(part) {
  const missing = [];
  for (const program of PROGRAMS)
    if ((!part || program.parts.includes(part)) && !(await program.here())) missing.push(program);
  if (missing.length === 0) return "skipped";
  const packages = missing.flatMap((each) => each.packages);
  if (!canInstall()) {
    const needed = missing.filter(({ optional }) => !optional);
    if (needed.length === 0) return "skipped";
    const names = needed.map(({ name }) => name).join(", ");
    throw new ExpectedError(
      `The tests need ${names}. Install them (on Debian: apt-get install ${needed.flatMap((each) => each.packages).join(" ")}), then try again.`,
    );
  }
  await installDebianPackages(packages);
}

const canInstall = () => process.getuid?.() === 0 && onPath(["apt-get"]).length > 0;
