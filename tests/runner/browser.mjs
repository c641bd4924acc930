import { existsSync } from "node:fs";
import path from "node:path";
import { ExpectedError } from "../../lib/ops/output.mjs";
import { run, runOrThrow, runProgram } from "../../lib/ops/run.mjs";

const NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome"];
const MAC = ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"].map((app) =>
  path.join("/Applications", app),
);

/**
 * Finds a Chrome or Chromium that starts: the given one, which is then used for everything, the
 * machine's, Playwright's, or one that Playwright downloads. `headlessShell` is, if there is one,
 * the same engine without windows, a quarter faster. What it lacks (a back-forward cache) is
 * tested in the other browser.
 */
export async function findBrowsers() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (await starts(given)) return { browser: given, headlessShell: given };
    throw new ExpectedError(`CHROMIUM_PATH is ${given}, and that does not start.`);
  }
  const browser = (await machines()) ?? (await first([await playwrights()])) ?? (await downloadBrowser());
  return { browser, headlessShell: (await first(onPath(["chromium-headless-shell"]))) ?? browser };
}

/** Whether a browser is given, or one of the machine's starts. */
export const hasBrowser = async () => Boolean(process.env.CHROMIUM_PATH) || (await machines()) !== null;

const machines = () => first([...onPath(NAMES), ...MAC]);

async function downloadBrowser() {
  await runOrThrow("Downloading a browser", run(["node_modules/playwright/cli.js", "install", "chromium"]));
  const found = await first([await playwrights()]);
  if (found) return found;
  throw new ExpectedError("No browser starts here. Install Chrome or Chromium, or set CHROMIUM_PATH to one.");
}

/** @param {string[]} packages */
export async function installDebianPackages(packages) {
  if (packages.length === 0) return "skipped";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runOrThrow("apt-get update", runProgram("apt-get", ["update", "-qq"], { env }));
  await runOrThrow(
    "apt-get install",
    runProgram("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env }),
  );
}

/** @param {string[]} names of programs */
export const onPath = (names) =>
  names
    .flatMap((name) => (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, name)))
    .filter((file) => existsSync(file));

async function playwrights() {
  const { chromium } = await import("playwright-core");
  return chromium.executablePath();
}

/** @param {string[]} candidates */
async function first(candidates) {
  for (const candidate of candidates) if (await starts(candidate)) return candidate;
  return null;
}

/**
 * The file's existence is not enough: it can be a stub for another package store, or a browser
 * without its libraries.
 * @param {string} file
 */
async function starts(file) {
  if (!existsSync(file)) return false;
  const { code, output } = await runProgram(file, ["--version"]);
  return code === 0 && /chrom/i.test(output);
}
