import { createRequire } from "node:module";

const { resolve } = createRequire(new URL("../bench/package.json", import.meta.url));

/**
 * Bun's executable from the package that tests/bench installs, or null if it is not installed. The
 * package's install script, which would only link it, is not run.
 */
export function bun(): string | null {
  const architecture = process.arch === "arm64" ? "aarch64" : process.arch;
  try {
    return resolve(`@oven/bun-${process.platform}-${architecture}/bin/bun`);
  } catch {
    return null;
  }
}
