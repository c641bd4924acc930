import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { root } from "./run.mjs";

const compress = promisify(brotliCompress);

/**
 * Writes a copy of each script and style sheet of a build, compressed with Brotli at its highest
 * quality. lib/dashboard/static-files serves the copies.
 */
export async function compressStatic() {
  const folder = path.join(root, ".next/static");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:js|css)$/.test(name));
  await Promise.all(
    names.map(async (name) => {
      const text = readFileSync(path.join(folder, name));
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
      };
      writeFileSync(path.join(folder, `${name}.br`), await compress(text, { params }));
    }),
  );
}
