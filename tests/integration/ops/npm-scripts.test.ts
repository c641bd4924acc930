import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { generateSync } from "otplib";
import { expect, onTestFinished, test } from "vitest";
import { deviceQrLines } from "@/lib/ops/terminal-qr.mjs";
import { scripts } from "../../../package.json";
import { childEnv, root } from "../../kit/child-env";
import { readDoc } from "../../kit/docs";
import { program } from "../../kit/gateway/programs";
import { outputOf } from "../../kit/started";

type Script = keyof typeof scripts;
type Call = { args?: string; env?: Record<string, string>; code: number; says: RegExp };

const USAGE = /^✗ (?:Unknown option.*\n)?Usage: npm test -- \[lint \| types \|/m;

/** Nothing but one line a variable, of which this is one: no stack. */
function wrongEnvironment(variable: string): RegExp {
  return new RegExp(
    `^(✗ )?The environment is not complete \\(\\.env\\.example explains every variable\\):\n(  \\w+ is not set\\.\n)*  ${variable} is not set\\.\n(  \\w+ is not set\\.\n)*$`,
  );
}

/**
 * How each script is called here. One that takes long is only run up to a refusal, by when all
 * that it imports is loaded.
 */
const CALLS: { [name in Script]?: Call } = {
  start: { env: { PORT: "0" }, code: 1, says: /^✗ PORT is "0"\. It must be a port number/ },
  dev: { env: { PORT: "0" }, code: 1, says: /^✗ PORT is "0"\. It must be a port number/ },
  test: { args: "no-such-part", code: 1, says: USAGE },
  "test:quick": { args: "a-file", code: 1, says: /^✗ The quick tests are chosen by what was changed\./m },
  "test:fault": { args: "--no-such-option", code: 1, says: USAGE },
  "test:bun": { args: "--no-such-option", code: 1, says: USAGE },
  "test:node": { code: 1, says: /^✗ Usage: npm run test:node -- 22$/m },
  "test:mutations": { args: "no-such-rule", code: 1, says: /^✗ No rule .* contains "no-such-rule"\.$/m },
  bench: { args: "--no-such-option", code: 1, says: /Unknown option '--no-such-option'/ },
  house: { code: 0, says: /^import circles +0$/m },
  "db:roles": { code: 0, says: /^CREATE ROLE countersign_app LOGIN/m },
  keys: { args: "2", code: 0, says: /^SEALING_PRIVATE_KEYS=2:/m },
  migrate: { code: 1, says: /^The environment is not complete .*:\n {2}DATABASE_URL is not set\.\n$/ },
  dashboard: { code: 1, says: wrongEnvironment("NEXTAUTH_SECRET") },
  gateway: { code: 1, says: wrongEnvironment("SEALING_PRIVATE_KEYS") },
  worker: { code: 1, says: wrongEnvironment("INVITATION_KEY") },
};

/** The other scripts, with the file that runs the same program. */
const ELSEWHERE: { [name in Script]?: string } = {
  admin: "tests/integration/sealing/npm-run-admin.test.ts",
  build: "tests/integration/ops/npm-scripts.test.ts",
  "demo:code": "tests/integration/ops/npm-scripts.test.ts",
  lint: "tests/runner/parts.ts",
  "test:busy": "tests/integration/runner/ends.test.ts",
};

test("every script of package.json is run by a test", () => {
  expect(Object.keys({ ...CALLS, ...ELSEWHERE }).sort()).toEqual(Object.keys(scripts).sort());
  for (const [name, file] of Object.entries(ELSEWHERE)) {
    const [program = ""] = /\S+\.mjs|biome/.exec(scripts[name as Script]) ?? [];
    expect(readDoc(file)).toContain(program);
  }
});

test.each(Object.entries(CALLS))("npm run %s loads, and says what it is asked", async (name, call) => {
  const { args = "", env, code, says } = call;
  const bin = path.join(root, "node_modules/.bin");
  const child = spawn("sh", ["-c", `${scripts[name as Script]} ${args}`], {
    cwd: root,
    env: childEnv({ ...env, PATH: `${bin}${path.delimiter}${process.env.PATH}` }),
  });
  const output = outputOf(child);
  const [ended] = await once(child, "close");
  expect([ended, output()]).toEqual([code, expect.stringMatching(says)]);
});

test.each([
  ["sealing", ["status"], "GATEWAY_DATABASE_URL"],
  ["admin", ["gateways"], "OPERATOR"],
])("the program of npm run admin that is %s.mjs says what its environment lacks", async (name, args, variable) => {
  const { code, output } = await program({ file: path.join(root, `.build/${name}.mjs`), args }).ended;
  expect([code, output]).toEqual([1, expect.stringMatching(wrongEnvironment(variable))]);
});

/** A folder with what runs before an installation, and the packages if they are wanted. */
function clone({ packages }: { packages: boolean }): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-scripts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(path.join(root, "lib/ops"), path.join(folder, "lib/ops"), { recursive: true });
  if (packages) symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

test("npm run build loads, and names the step that fails", async () => {
  const folder = clone({ packages: false });
  const { code, output } = await program({ file: path.join(folder, "lib/ops/build-only.mjs") }).ended;
  expect([code, output]).toEqual([1, expect.stringMatching(/^ {2}✗ Packages$.*package\.json/ms)]);
});

test("npm run demo:code prints the 2FA code of a demo user, and otherwise who they are", async () => {
  const folder = clone({ packages: true });
  const demoCode = (...args: string[]) => program({ file: path.join(folder, "lib/ops/demo-code.mjs"), args }).ended;
  const refused = (sentence: string) => ({ code: 1, output: expect.stringContaining(sentence) });
  expect(await demoCode("owner@acme.example")).toEqual(refused("There is no demo here yet."));
  const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  mkdirSync(path.join(folder, ".data"));
  const users = [{ email: "owner@acme.example", totpSecret: secret }];
  writeFileSync(path.join(folder, ".data/demo.json"), JSON.stringify({ users }));
  expect(await demoCode("owner@else.example")).toEqual(refused("EMAIL is one of\n  owner@acme.example"));
  // The code changes every 30 s, perhaps meanwhile.
  const now = () => generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) });
  const before = now();
  const { code, output } = await demoCode(" Owner@ACME.example");
  const [printed] = /^\d{6}(?= {2}\(\d+ s left\)$)/m.exec(output) ?? [];
  expect(code).toBe(0);
  expect([before, now()]).toContain(printed);
  const qr = await demoCode("owner@acme.example", "--qr");
  expect(qr).toEqual({ code: 0, output: `${(await deviceQrLines("owner@acme.example", secret)).join("\n")}\n` });
});
