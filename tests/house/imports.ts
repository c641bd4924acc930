import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export const source = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** `import type` and `export type` are not matched: they are gone when the code runs. */
const IMPORTS = /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s*)?"([^"]+)"|import\(\s*"([^"]+)"/g;

/** The files of ours that a file imports. */
export function importsOf(file: string): string[] {
  return [...source(file).matchAll(IMPORTS)].flatMap(([, name = "", lazy = ""]) => resolved(file, name || lazy) ?? []);
}

function resolved(file: string, name: string): string | null {
  const target = name.startsWith("@/")
    ? name.slice(2)
    : name.startsWith(".")
      ? path.join(path.dirname(file), name)
      : null;
  if (target === null) return null;
  const candidates = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`];
  return (
    candidates.find((each) => existsSync(path.join(root, each)) && statSync(path.join(root, each)).isFile()) ?? null
  );
}

/** Groups of files that import each other in a circle (Tarjan's strongly connected components). */
export function circlesIn(files: readonly string[], importedBy: (file: string) => string[] = importsOf): string[][] {
  const seen = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const circles: string[][] = [];

  const visit = (file: string) => {
    const own = { index: seen.size, low: seen.size, open: true };
    seen.set(file, own);
    stack.push(file);
    for (const next of importedBy(file)) {
      const other = seen.get(next);
      if (!other && files.includes(next)) own.low = Math.min(own.low, visit(next).low);
      else if (other?.open) own.low = Math.min(own.low, other.index);
    }
    if (own.low === own.index) close(file);
    return own;
  };
  const close = (file: string) => {
    const circle = stack.splice(stack.indexOf(file));
    for (const each of circle) Object.assign(seen.get(each) ?? {}, { open: false });
    if (circle.length > 1 || importedBy(file).includes(file)) circles.push(circle);
  };

  for (const file of files) if (!seen.has(file)) visit(file);
  return circles;
}
