import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { printError } from "../../lib/ops/output.mjs";
import { type Part, RULES, type Rule } from "./rules";

// npm run test:mutations [-- WORD]
// Breaks each rule in a copy of this tree and expects the test that guards it to fail. All tests
// first run unbroken and must pass, so that a failure is due to the broken rule and nothing else.
const root = path.resolve(import.meta.dirname, "../..");
const word = process.argv[2] ?? "";
const rules = RULES.filter(({ rule, test }) => `${rule} ${test}`.includes(word));
if (rules.length === 0) {
  printError(`No rule and no test in tests/mutations/rules.ts contains "${word}".`);
  process.exit(1);
}
const copy = mkdtempSync(path.join(os.tmpdir(), "countersign-mutations-"));
let survivors = 0;

try {
  copyTree();
  rules.forEach(standsOnce);
  for (const part of new Set(rules.map(({ part }) => part))) await guardIsGreen(part);
  for (const rule of rules) await breakRule(rule);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`\n${rules.length - survivors} passed, ${survivors} failed`);
process.exit(survivors === 0 ? 0 : 1);

function copyTree(): void {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.split("\n").filter(Boolean))
    cpSync(path.join(root, file), path.join(copy, file), { force: true });
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
}

/** Checked for every rule before the first one is broken. */
function standsOnce({ file, find }: Rule): void {
  const times = readFileSync(path.join(copy, file), "utf8").split(find).length - 1;
  if (times !== 1) throw new Error(`${file} holds ${times} times, and not once: ${find}`);
}

async function guardIsGreen(part: Part): Promise<void> {
  const tests = [...new Set(rules.filter((rule) => rule.part === part).map(({ test }) => test))];
  const { code, output } = await run(part, tests);
  if (code !== 0) throw new Error(`The tests are not green before any rule is broken:\n${output}`);
  console.log(`  green: ${part} ${tests.join(", ")}`);
}

async function breakRule({ rule, file, find, replace, part, test }: Rule): Promise<void> {
  const target = path.join(copy, file);
  const whole = readFileSync(target, "utf8");
  writeFileSync(
    target,
    whole.replace(find, () => replace),
  );
  const { code, output } = await run(part, [test]);
  writeFileSync(target, whole);
  const red = code !== 0 && /\n\d+ passed, [1-9]\d* failed\s*$/.test(output) && output.includes(`✗ ${part}:`);
  if (!red) survivors++;
  const first = /\n✗ (.*)/.exec(output)?.[1] ?? "";
  console.log(`  ${red ? "red  " : "GREEN"}: ${rule}\n         ${red ? first : `${test} did not notice`}`);
}

/** Runs `npm test` for one part, as a developer does. */
function run(part: Part, tests: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["tests/runner/test.mjs", part, ...tests], {
      cwd: copy,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("exit", (code) => resolve({ code, output }));
  });
}
