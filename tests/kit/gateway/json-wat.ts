import { readFileSync } from "node:fs";
import path from "node:path";
import wabt from "wabt";

const SOURCE = path.join(import.meta.dirname, "../../../lib/gateway/http/json.wat");

/**
 * What lib/gateway/http/json.wat compiles to. With `counting`, the module counts its loop
 * iterations in a global named "turns".
 */
export async function compiledJson({ counting = false } = {}): Promise<Buffer> {
  const source = readFileSync(SOURCE, "utf8");
  const counted = source
    .replace("(module", '(module (global $turns (export "turns") (mut i32) (i32.const 0))')
    .replace(/\(loop \$\w+/g, "$& (global.set $turns (i32.add (global.get $turns) (i32.const 1)))");
  const parsed = (await wabt()).parseWat("json.wat", counting ? counted : source, { simd: true });
  try {
    return Buffer.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}
