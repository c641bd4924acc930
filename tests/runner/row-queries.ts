import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  isCallExpression,
  isIdentifier,
  isPrivateIdentifier,
  isPropertyAccessExpression,
  isTaggedTemplateExpression,
  type Node,
  type SourceFile,
} from "typescript/unstable/ast";
import { API, type Project } from "typescript/unstable/sync";
import { fingerprint, skipIfFresh } from "@/lib/ops/fingerprint.mjs";
import { installHash } from "@/lib/ops/install.mjs";
import { root } from "@/lib/ops/run.mjs";
import { filesOfLib, ROW_QUERIES, type RowQueries, type RowQuery, SEEN_QUERIES } from "./row-query-files";
import { rowTypeOf, shapeOf } from "./row-shapes";

/** The functions that return rows. A new one belongs here. */
const RUNS_SQL = /^(\$queryRaw|\$queryRawUnsafe|runSql|#?query)$/;
const MENTIONS_SQL = /\$queryRaw|\brunSql\b|query\b/;

/** Asks the compiler for the row type of every statement in lib/, unless nothing has changed. */
export function writeRowQueries() {
  rmSync(path.join(root, SEEN_QUERIES), { force: true });
  const inputs = fingerprint(["lib", "prisma/schema.prisma", "tests/runner"], installHash());
  const file = path.join(root, ROW_QUERIES);
  return skipIfFresh(`${file}.mark`, inputs, async () => writeFileSync(file, JSON.stringify(findRowQueries())));
}

/** The queries of lib/ that declare the type of their rows, and have returned none in this run. */
export function queriesWithoutRows(): string[] {
  const list = path.join(root, SEEN_QUERIES);
  const seen = new Set(existsSync(list) ? readFileSync(list, "utf8").split("\n") : []);
  const files: RowQueries = JSON.parse(readFileSync(path.join(root, ROW_QUERIES), "utf8"));
  const declared = Object.values(files).flatMap(({ queries }) => queries.filter(({ shape }) => shape !== null));
  return declared.map(({ name }) => name).filter((name) => !seen.has(name));
}

function findRowQueries(): RowQueries {
  const texts = filesOfLib().map((file) => [file, readFileSync(path.join(root, file), "utf8")] as const);
  const withSql = texts.filter(([, text]) => MENTIONS_SQL.test(text));
  // Fewer files than those of tsconfig.json, of which most run no SQL.
  const config = path.join(root, ".build/row-queries.tsconfig.json");
  const files = withSql.map(([file]) => `../${file}`);
  writeFileSync(config, JSON.stringify({ extends: "../tsconfig.json", include: [], files }));
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
    if (!project) throw new Error(`${config} could not be opened.`);
    const found = withSql.map(([file, text]) => [file, { text, queries: queriesIn(file, text, project) }] as const);
    return Object.fromEntries(found.filter(([, { queries }]) => queries.length > 0));
  } finally {
    api.close();
  }
}

function queriesIn(file: string, text: string, { program, checker }: Project): RowQuery[] {
  const source = program.getSourceFile(path.join(root, file));
  if (!source) throw new Error(`The compiler did not read ${file}.`);
  return callsIn(source).map((call) => {
    const start = call.getStart(source);
    const type = checker.getTypeAtLocation(call);
    const row = type && rowTypeOf(type, checker);
    const name = `${file}:${text.slice(0, start).split("\n").length}`;
    return { name, start, end: call.end, shape: row ? shapeOf(row, checker) : null };
  });
}

function callsIn(source: SourceFile): Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (RUNS_SQL.test(calledIn(node))) found.push(node);
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return found;
}

/** The name of the function that a node calls, if it calls one. */
function calledIn(node: Node): string {
  const called = isTaggedTemplateExpression(node) ? node.tag : isCallExpression(node) ? node.expression : node;
  if (called === node) return "";
  const name = isPropertyAccessExpression(called) ? called.name : called;
  return isIdentifier(name) || isPrivateIdentifier(name) ? name.text : "";
}
