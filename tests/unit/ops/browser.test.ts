import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { findBrowsers } from "@/tests/runner/browser.mjs";

const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-browsers-"));
const program = (name: string, script: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const machines = program("chromium", "echo Chromium 1");
const shell = program("chromium-headless-shell", "echo Chromium 1");
const ones = program("ones-own", "echo Chromium 2");
const broken = program("broken", "exit 1");

function surroundings(given: string): void {
  vi.stubEnv("PATH", folder);
  vi.stubEnv("CHROMIUM_PATH", given);
}
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

test("a configured browser is used for everything, whatever else the machine has", async () => {
  surroundings(ones);
  expect(await findBrowsers()).toEqual({ browser: ones, headlessShell: ones });
});

test("without one, the machine's is used, and its headless shell where it has one", async () => {
  surroundings("");
  expect(await findBrowsers()).toEqual({ browser: machines, headlessShell: shell });
});

test("a configured one that does not start is refused by name, and no other is used instead", async () => {
  surroundings(broken);
  await expect(findBrowsers()).rejects.toThrow(`CHROMIUM_PATH is ${broken}, and that does not start.`);
});
