import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import manifest from "../../../package.json";
import { anchorsOf, codesIn, PAGES, proseOf, readDoc } from "../../kit/docs";

const root = path.resolve(import.meta.dirname, "../../..");
const isThere = (file: string) => existsSync(path.join(root, file));
const everywhere = (find: (page: string) => string[]) =>
  PAGES.flatMap((page) => find(page).map((found) => `${page}: ${found}`));

/**
 * The relative links of a page, resolved to paths of the repository. A link within a page resolves
 * to that page.
 */
const linksOf = (page: string) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = "", anchor] = link.split("#");
    return [{ link, file: file === "" ? page : path.join(path.dirname(page), file), anchor }];
  });

test("the README has at most 90 lines", () => {
  expect(readDoc("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(90);
});

test("every link leads to a file and to a heading in it", () => {
  const broken = everywhere((page) =>
    linksOf(page)
      .filter(({ file, anchor }) => !isThere(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor)))
      .map(({ link }) => link),
  );
  expect(PAGES.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});

test("every page is reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) if (page.endsWith(".md")) for (const { file } of linksOf(page)) reached.add(file);
  expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
});

test("every file that a page names exists", () => {
  const named = /^(?:app|components|docs|lib|prisma|public|tests)\/[\w./()[\]-]+$/;
  const missing = everywhere((page) => codesIn(proseOf(page)).filter((code) => named.test(code) && !isThere(code)));
  expect(missing).toEqual([]);
});

test("every file that a proxy's configuration or .env.example names exists", () => {
  const texts = [".env.example", ...readdirSync(path.join(root, "docs/gateway")).map((name) => `docs/gateway/${name}`)];
  const named = texts.flatMap((text) =>
    [...readDoc(text).matchAll(/(?<![\w./])(?:docs|lib|tests)\/[\w./-]*\w/g)].map(([file]) => `${text}: ${file}`),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((each) => !isThere(each.split(": ")[1] ?? ""))).toEqual([]);
});

test("every npm script that a page names exists, and every script is named", () => {
  const scripts = Object.keys(manifest.scripts);
  const named = (page: string) => [...readDoc(page).matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = ""]) => name);
  expect(everywhere((page) => named(page).filter((name) => !scripts.includes(name)))).toEqual([]);
  const all = new Set(PAGES.flatMap(named));
  expect(scripts.filter((name) => !all.has(name) && !["start", "test"].includes(name))).toEqual([]);
});

/** The variables that the launcher itself sets for the processes that it starts. */
const INTERNAL = ["NODE_ENV", "NEXTAUTH_URL", "DEMO_MAIL_DIR", "OPERATOR"];
/** Variables of the tests alone. */
const OF_TESTS = ["TEST_FUZZ", "TEST_FROM_CLONE"];
const EXAMPLE = [...readDoc(".env.example").matchAll(/^# ?([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => name);

test("every variable that a page names is in .env.example", () => {
  const ofScripts = [...JSON.stringify(manifest.scripts).matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name);
  const known = new Set([...EXAMPLE, ...INTERNAL, ...OF_TESTS, ...ofScripts]);
  const named = (page: string) => [
    ...codesIn(proseOf(page)).flatMap((code) => /^([A-Z]+(?:_[A-Z]+)+)(?:=.*)?$/.exec(code)?.[1] ?? []),
    ...[...readDoc(page).matchAll(/^((?:[A-Z_]+=\S* )+)npm run/gm)].flatMap(
      ([, given = ""]) => given.match(/[A-Z_]+(?==)/g) ?? [],
    ),
  ];
  expect(everywhere((page) => named(page).filter((name) => !known.has(name)))).toEqual([]);
  expect(PAGES.flatMap(named).length).toBeGreaterThan(30);
});

test("every variable that the code parses is in .env.example, and each one there is read", () => {
  const source = (file: string) => readFileSync(path.join(root, file), "utf8");
  const parsed = [...source("lib/platform/env.ts").matchAll(/\b([A-Z]+(?:_[A-Z]+)*): (?!string)/g)].map(
    ([, name = ""]) => name,
  );
  expect(parsed.length).toBeGreaterThan(25);
  expect(parsed.filter((name) => !EXAMPLE.includes(name) && !INTERNAL.includes(name) && name !== "PRIVATE")).toEqual(
    [],
  );
  const readers = ["lib/platform/env.ts", "lib/ops/postgres/role-limits.mjs", "tests/runner/browser.mjs"]
    .map(source)
    .join("\n");
  expect(EXAMPLE.filter((name) => !new RegExp(`\\b${name}\\b`).test(readers))).toEqual([]);
});

test("every variable of .env.example is explained in a page", () => {
  const pages = PAGES.map(readDoc).join("\n");
  expect(EXAMPLE.filter((name) => !new RegExp(`\\b${name}\\b`).test(pages))).toEqual([]);
});
