import path from "node:path";
import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult, TestStep } from "@playwright/test/reporter";
import { PASSED, sendEvent } from "./suite-events";

/** Reports what each browser test does to the runner, as it happens. */
export default class PlaywrightReporter implements Reporter {
  #root = "";

  onBegin({ rootDir }: FullConfig, suite: Suite): void {
    this.#root = path.resolve(rootDir, "../..");
    const counts = new Map<string, number>();
    for (const test of suite.allTests()) counts.set(this.#fileOf(test), (counts.get(this.#fileOf(test)) ?? 0) + 1);
    void sendEvent({ kind: "files", files: [...counts.keys()] });
    for (const [file, tests] of counts) void sendEvent({ kind: "collected", file, tests });
  }

  onTestBegin(test: TestCase): void {
    void sendEvent({ kind: "begin", ...this.#placeOf(test) });
  }

  onStepBegin({ id }: TestCase, _: TestResult, { title }: TestStep): void {
    void sendEvent({ kind: "moved", id, step: title });
  }

  onStdOut(chunk: string | Buffer, test: TestCase | undefined): void {
    if (test) void sendEvent({ kind: "moved", id: test.id, step: String(chunk).trim() });
  }

  onTestEnd(test: TestCase, { status, duration, errors, stdout, stderr }: TestResult): void {
    const output = [...stdout, ...stderr].join("");
    const message = errors.map(textOf).join("\n");
    const judged = test.outcome() === "expected" ? PASSED : status === PASSED ? "passed only in part" : status;
    void sendEvent({ kind: "end", ...this.#placeOf(test), status: judged, ms: duration, message, output });
  }

  onError(error: TestError): void {
    void sendEvent({ kind: "error", title: "outside all tests", message: textOf(error) });
  }

  async onEnd(): Promise<void> {
    await sendEvent({ kind: "over" });
  }

  printsToStdio(): boolean {
    return false;
  }

  #fileOf = ({ location }: TestCase) => path.relative(this.#root, location.file).replaceAll(path.sep, "/");

  /** The title as `--grep` matches it: from the first describe on. */
  #placeOf(test: TestCase) {
    const [, , , ...titles] = test.titlePath();
    return { id: test.id, file: this.#fileOf(test), title: titles.join(" ") };
  }
}

function textOf({ message, stack, snippet, value, location, cause }: TestError): string {
  const where = location ? `\n    at ${path.relative(process.cwd(), location.file)}:${location.line}` : "";
  const because = cause ? `\nCaused by: ${textOf(cause)}` : "";
  return `${message ?? stack ?? value ?? ""}${snippet ? `\n${snippet}` : ""}${where}${because}`;
}
