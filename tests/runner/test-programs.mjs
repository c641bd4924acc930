import { ExpectedError, print } from "../../lib/ops/output.mjs";
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
 * A program that only a sample of the tab Integration needs.
 * @param {string} name
 * @param {string} package_
 * @returns {TestProgram}
 */
const language = (name, package_) => ({
  name,
  optional: true,
  parts: ["integration"],
  here: () => onPath([name]).length > 0,
  packages: [package_],
});

/**
 * Programs that the tests need and no npm package provides: how to find each, and the Debian
 * packages that provide it. Tests do not require an optional one; without it they print a note.
 * @type {TestProgram[]}
 */
const PROGRAMS = [
  { name: "openssl", parts: ON_POSTGRES, here: () => onPath(["openssl"]).length > 0, packages: ["openssl"] },
  { name: "curl", parts: ON_POSTGRES, here: () => onPath(["curl"]).length > 0, packages: ["curl"] },
  language("python3", "python3"),
  language("php", "php-cli"),
  language("ruby", "ruby"),
  language("go", "golang-go"),
  language("java", "default-jdk-headless"),
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

/** @typedef {{ needed: string[], optional: string[] }} Missing Debian packages */

/**
 * The Debian packages that must be installed first, and those that may be missing.
 * @param {string | undefined} part the part of the tests that needs them; all without it
 * @returns {Promise<Missing>}
 * @throws ExpectedError one sentence that names everything, if they cannot be installed here
 */
export async function missingPackages(part) {
  const missing = [];
  for (const program of PROGRAMS)
    if ((!part || program.parts.includes(part)) && !(await program.here())) missing.push(program);
  const needed = missing.filter(({ optional }) => !optional);
  const packages = needed.flatMap((each) => each.packages);
  if (canInstall())
    return { needed: packages, optional: missing.filter((each) => each.optional).flatMap((each) => each.packages) };
  if (needed.length === 0) return { needed: [], optional: [] };
  const names = needed.map(({ name }) => name).join(", ");
  throw new ExpectedError(
    `The tests need ${names}. Install them (on Debian: apt-get install ${packages.join(" ")}), then try again.`,
  );
}

/**
 * Installs them. The tests run without the optional ones, so a failure to install those is only
 * printed.
 * @param {Missing} missing
 */
export async function installPrograms({ needed, optional }) {
  const first = await installDebianPackages(needed);
  const then = await installDebianPackages(optional).catch((error) => {
    print(`  ${optional.join(", ")} cannot be installed here. ${error.message.split("\n")[0]}`);
  });
  return first === "skipped" && then === "skipped" ? "skipped" : undefined;
}

const canInstall = () => process.getuid?.() === 0 && onPath(["apt-get"]).length > 0;
