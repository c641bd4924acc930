import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

/** The bundle of a product process, such as dashboard, gateway, worker, admin or sealing. */
export const bundleOf = (name: string) => path.join(root, ".build", `${name}.mjs`);

/** A program of tests/kit/gateway/programs, bundled once per run. */
export const testProgram = (name: string) => path.join(root, ".build/tests", `${name}.mjs`);

/**
 * The environment of every process that a test starts: the given variables, plus those by which
 * the run finds what it left behind (its ID and its folder for temporary files). Nothing else is
 * inherited, so that a test shows what a program needs.
 */
export function childEnv(given: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, COUNTERSIGN_TEST_RUN } = process.env;
  const ofTheRun = Object.entries({ PATH, TMPDIR, COUNTERSIGN_TEST_RUN }).filter(([, value]) => value);
  return { ...Object.fromEntries(ofTheRun), ...given, NODE_ENV: (given.NODE_ENV ?? "test") as "test" };
}
