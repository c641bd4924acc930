/** What Vitest's and Playwright's reporters tell the runner while they run, over the channel between the processes. */
export type SuiteEvent =
  | { kind: "files"; files: string[] }
  /** A file is about to be read. */
  | { kind: "loading"; file: string }
  | { kind: "collected"; file: string; tests: number }
  | { kind: "begin"; id: string; file: string; title: string }
  /** A test has moved: a step, a line that it printed. */
  | { kind: "moved"; id: string; step: string }
  | { kind: "end"; id: string; file: string; title: string; status: string; ms: number; message: string; output: string }
  | { kind: "error"; title: string; message: string }
  /** Nothing more comes. Without it the suite was broken off. */
  | { kind: "over" };

/** A passed test; whatever else a status says is a failure: a test that was skipped proves nothing. */
export const PASSED = "passed";

/** Sends one event to the runner; resolves when it is on its way. */
export function tell(event: SuiteEvent): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(event, () => resolve());
    else resolve();
  });
}
