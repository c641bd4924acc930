import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseAst } from "vitest/node";

/**
 * A text that a person reads: where it is written, and its text on one line, with "…" for inserted
 * values.
 */
export type Words = { where: string; text: string };

export const root = path.resolve(import.meta.dirname, "../..");
export const source = (file: string) => readFileSync(path.join(root, file), "utf8");

export function filesIn(folder: string, kind: RegExp): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && kind.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("lib/generated"));
}

type Node = { type: string; start: number } & Record<string, unknown>;

/** What people do not read: JSX attributes, kinds of nodes, and calls. */
const ATTRIBUTES =
  /^(?:className|href|src|id|htmlFor|name|type|role|rel|key|style|d|viewBox|autoComplete|inputMode|data-.*|aria-(?:current|describedby|labelledby))$/;
const TYPES =
  /^(?:ImportDeclaration|ExportAllDeclaration|TS(?!AsExpression|SatisfiesExpression|NonNullExpression|InstantiationExpression).*|TaggedTemplateExpression|Directive)$/;
const DEVELOPERS = /^(?:Error|TypeError|RangeError|RegExp|cx)$/;
const SQL =
  /\b(?:SELECT|INSERT INTO|DELETE FROM|UPDATE \w+ SET|LOCK TABLE|ORDER BY|LEFT JOIN|WHERE|GRANT|CREATE|ALTER)\b/;

/**
 * The string literals and JSX texts of a file, without imports, types, class names, SQL and error
 * messages for developers.
 */
export function wordsIn(file: string, code = source(file)): Words[] {
  const found: Words[] = [];
  const program = parseAst(code, { lang: file.endsWith("x") ? "tsx" : "ts" }, file);
  const line = (at: number) => code.slice(0, at).split("\n").length;
  const add = (at: number, text: string) => {
    const oneLine = text.replace(/\s+/g, " ").trim();
    if (/\p{L}/u.test(oneLine) && !SQL.test(oneLine)) found.push({ where: `${file}:${line(at)}`, text: oneLine });
  };
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each);
    else if (isNode(value) && !TYPES.test(value.type) && !isForNobody(value)) read(value);
  };
  const read = (node: Node) => {
    if (node.type === "JSXText" || (node.type === "Literal" && typeof node.value === "string"))
      add(node.start, String(node.value));
    else if (node.type === "TemplateLiteral") {
      const parts = node.quasis as { value: { cooked: string } }[];
      add(node.start, parts.map(({ value: { cooked } }) => cooked).join("…"));
      walk(node.expressions);
    } else for (const [name, child] of Object.entries(node)) if (!isName(node, name)) walk(child);
  };
  walk(program);
  return found;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** Whether the child is a property's name, as in `{ "by mail": 1 }`. */
const isName = (node: Node, child: string) => child === "key" && node.type === "Property" && !node.computed;

function isForNobody(node: Node): boolean {
  if (node.type === "JSXAttribute") return ATTRIBUTES.test(nameOf(node.name));
  if (node.type === "NewExpression" || node.type === "CallExpression") return DEVELOPERS.test(nameOf(node.callee));
  return false;
}

function nameOf(node: unknown): string {
  const { name, namespace } = node as { name?: unknown; namespace?: { name: string } };
  if (typeof name === "string") return name;
  return namespace && typeof name === "object" ? `${namespace.name}:${(name as { name: string }).name}` : "";
}
