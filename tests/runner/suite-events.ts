/**
 * What Vitest's and Playwright's reporters send to the runner while they run, over the IPC
 * channel.
 */
export type SuiteEvent =
  | { kind: "files"; files: string[] }
  /** A file is about to be loaded. */
  | { kind: "loading"; file: string }
  | { kind: "collected"; file: string; tests: number }
  | { kind: "begin"; id: string; file: string; title: string }
  /** A test made progress: a step, or a line that it printed. */
  | { kind: "moved"; id: string; step: string }
  | {
      kind: "end";
      id: string;
      file: string;
      title: string;
      status: string;
      ms: number;
      message: string;
      output: string;
    }
  | { kind: "error"; title: string; message: string }
  /** The last event. Without it, the suite was aborted. */
  | { kind: "over" };

/**
 * The status of a passed test. Every other status is a failure, because a skipped test proves
 * nothing.
 */
export const PASSED = "passed";

/** Sends one event to the runner. Resolves once it is sent. */
export function sendEvent(event: SuiteEvent): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(event, () => resolve());
    else resolve();
  });
}
