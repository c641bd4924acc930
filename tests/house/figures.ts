import { execFileSync } from "node:child_process";
import { circlesIn, source } from "./imports";

// npm run house: prints figures about the code. It enforces nothing.
const CODE = /\.(ts|tsx|mjs)$/;
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "");
const isTest = (file: string) => file.startsWith("tests/");
const programs = tracked.filter((file) => CODE.test(file));
const code = programs.filter((file) => /^(app|components|lib|prisma)\/|^proxy\.ts$/.test(file));
const tests = programs.filter(isTest);

/** The number of lines that are not blank. */
const linesOf = (file: string) =>
  source(file)
    .split("\n")
    .filter((line) => line.trim() !== "").length;
const sum = (files: string[]) => files.reduce((total, file) => total + linesOf(file), 0);
const sorted = code.map((file) => ({ file, lines: linesOf(file) })).sort((a, b) => a.lines - b.lines);
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

const inLib = code.filter((file) => file.startsWith("lib/"));
const rooms = new Set(inLib.filter((file) => file.split("/").length > 2).map((file) => file.split("/")[1]));
const loose = inLib.filter((file) => file.split("/").length === 2);
const circles = circlesIn(code);
const [median, ninth, largest] = [at(0.5), at(0.9), at(1)];

/**
 * Exported names that no other file contains. The same word anywhere else counts as a use, so there
 * may be more.
 */
function unusedExports(): string[] {
  const words = new Map(programs.map((file) => [file, new Set(source(file).match(/[A-Za-z_$][\w$]*/g))]));
  return inLib
    .concat(code.filter((file) => file.startsWith("components/")))
    .flatMap((file) =>
      [...source(file).matchAll(/^export (?:async )?(?:const|function|class|type) ([\w$]+)/gm)].flatMap(
        ([, name = ""]) =>
          [...words].some(([other, of]) => other !== file && of.has(name)) ? [] : [`${file}: ${name}`],
      ),
    );
}

const unused = unusedExports();
const list = (items: string[]) => items.map((item) => `\n    ${item}`).join("");
const figures: [string, string][] = [
  ["rooms of lib/", String(rooms.size)],
  ["loose files in lib/", String(loose.length)],
  ["import circles", `${circles.length}${list(circles.map((circle) => circle.join(", ")))}`],
  ["files of code, of tests", `${code.length}, ${tests.length}`],
  ["median file, lines", String(median?.lines)],
  ["90th percentile, lines", String(ninth?.lines)],
  ["largest file, lines", `${largest?.lines} (${largest?.file})`],
  ["lines of code, of tests", `${sum(code)}, ${sum(tests)}`],
  ["test lines per line of code", (sum(tests) / sum(code)).toFixed(2)],
  ["lines of JavaScript (.mjs) in lib/", String(sum(inLib.filter((file) => file.endsWith(".mjs"))))],
  [
    "README, lines and words",
    `${source("README.md").trimEnd().split("\n").length}, ${source("README.md").split(/\s+/).length}`,
  ],
  ["exports that no other file names", `${unused.length}${list(unused)}`],
];
for (const [name, figure] of figures) console.log(`${name.padEnd(36)}${figure}`);
