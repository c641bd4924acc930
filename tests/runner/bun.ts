import { createRequire } from "node:module";

const { resolve } = createRequire(new URL("../bench/package.json", import.meta.url));

/** Bun's program, out of the package that tests/bench installs; null where it is not installed. Its install script, which would only link it, is not run. */
export function bun(): string | null {
  const architecture = process.arch === "arm64" ? "aarch64" : process.arch;
  try {
    return resolve(`@oven/bun-${process.platform}-${architecture}/bin/bun`);
  } catch {
    return null;
  }
}
