import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { installPrograms, missingPackages } from "@/tests/runner/test-programs.mjs";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a user who cannot install what is missing gets all of it in one sentence", async () => {
  vi.stubEnv("PATH", "");
  vi.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(1_000);
  await expect(missingPackages(undefined)).rejects.toThrow(
    /^The tests need openssl, curl.*\. Install them \(on Debian: apt-get install openssl curl.*\), then try again\.$/,
  );
});

test("a part is not refused for what only another part needs", async () => {
  vi.stubEnv("PATH", "");
  expect(await missingPackages("unit")).toEqual({ needed: [], optional: [] });
});

/** An apt-get that has none of these packages. @returns what it was asked to install, so far */
function aptGetWithout(packages: string[]): () => string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-apt-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const asked = path.join(folder, "asked");
  const refused = packages.map((name) => `*${name}*`).join("|");
  const script = `#!/bin/sh\necho "$*" >> ${asked}\ncase "$*" in ${refused}) echo "E: no such package"; exit 100 ;; esac\n`;
  writeFileSync(path.join(folder, "apt-get"), script, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${path.delimiter}${process.env.PATH}`);
  return () => readFileSync(asked, "utf8");
}

test("an optional program that cannot be installed stops nothing, and the others are installed", async () => {
  const asked = aptGetWithout(["golang-go"]);
  const said: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  await installPrograms({ needed: ["openssl"], optional: ["golang-go", "ruby"] });
  expect(asked()).toMatch(/install .*openssl\n/);
  expect(said.join("")).toContain("golang-go, ruby cannot be installed here.");
});

test("a program that is needed and cannot be installed is an error", async () => {
  aptGetWithout(["openssl"]);
  await expect(installPrograms({ needed: ["openssl"], optional: [] })).rejects.toThrow("no such package");
});
