import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** A page or a configuration file of the documentation, by its path in the repository. */
export const readDoc = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Every page: those at the root, and all of docs/. */
export const PAGES: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The shell blocks of a page. */
export const shellBlocks = (page: string): string[] =>
  [...readDoc(page).matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);

/** The first shell block of a page that contains this text. */
export function shellBlock(page: string, containing: string): string {
  const block = shellBlocks(page).find((each) => each.includes(containing));
  if (!block) throw new Error(`${page} has no shell block that contains ${containing}`);
  return block;
}

/**
 * The rows of the first table under a heading, each a list of cells, without the two header lines.
 */
export function tableUnder(page: string, heading: string): string[][] {
  const [, section = ""] = readDoc(page).split(`\n## ${heading}\n`);
  const lines = section.slice(section.indexOf("\n|") + 1).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  const rows = lines.slice(2, end).map((line) => line.slice(1, -1).split("|"));
  if (rows.length === 0) throw new Error(`${page} has no table under ${heading}`);
  return rows.map((cells) => cells.map((cell) => cell.trim()));
}

/** The code spans of a cell. */
export const codesIn = (text = ""): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

/** A page without its code blocks. */
export const proseOf = (page: string): string => readDoc(page).replace(/```.*?```/gs, "");

/** The anchors of a page's headings, as GitHub builds them. */
export const anchorsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
