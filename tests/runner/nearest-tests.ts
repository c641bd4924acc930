import { dim, print } from "@/lib/ops/output.mjs";
import { root } from "@/lib/ops/run.mjs";
import { changedFiles, changedSince, firstWithin, testsReachedBy } from "./quick";
import { rememberedTests } from "./test-memory";

/**
 * The total duration, one after the other, of the tests on PostgreSQL that four processes finish
 * in half a minute.
 */
const QUICK_MS = 24_000;

/** The tests of a quick run. Prints which they are, and which it leaves to npm test. */
export async function nearestTests(): Promise<string[]> {
  const reached = await testsReachedBy(changedFiles(root, changedSince(root)), root);
  const tests = reached.tests.filter((file) => file.startsWith("tests/integration/"));
  const chosen = firstWithin(QUICK_MS, tests, rememberedTests("integration").expectedMs);
  const left = tests.length - chosen.length;
  const more = left > 0 ? `. ${left} more reach it from further away: npm test runs them` : "";
  print(`  ${chosen.length} test files on PostgreSQL, the nearest to what was changed${more}`);
  for (const file of chosen) print(dim(`    ${file}`));
  if (reached.unseen.length > 0)
    print(`  No test imports ${reached.unseen.join(", ")}: npm test may still run what is in there`);
  return chosen;
}
