import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first, so that none of them is what a run waits for at its end. */
const LONGEST = ["support-million", "api-keys-lost-reply"];

/** Those that have a process of their own come first: who shares one is taken by whichever is free. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

function rank({ moduleId, project }: TestSpecification): number {
  const place = LONGEST.indexOf(path.basename(moduleId, ".test.ts"));
  return (project.config.isolate ? 0 : LONGEST.length + 1) + (place < 0 ? LONGEST.length : place);
}
