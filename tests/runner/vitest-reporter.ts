import path from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestSpecification, Vitest } from "vitest/node";
import { sendEvent } from "./suite-events";

const fileOf = (moduleId: string) => path.relative(process.cwd(), moduleId).replaceAll(path.sep, "/");

/** Reports what each test does to the runner, as it happens. */
export default class VitestReporter implements Reporter {
  readonly #output = new Map<string, string>();
  #asked: RegExp | undefined;

  onInit({ config }: Vitest): void {
    this.#asked = config.testNamePattern;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    void sendEvent({ kind: "files", files: specifications.map(({ moduleId }) => fileOf(moduleId)) });
  }

  onTestModuleQueued(module: TestModule): void {
    void sendEvent({ kind: "loading", file: fileOf(module.moduleId) });
  }

  onTestModuleCollected(module: TestModule): void {
    void sendEvent({ kind: "collected", file: fileOf(module.moduleId), tests: [...module.children.allTests()].length });
  }

  onTestCaseReady(test: TestCase): void {
    if (!this.#isLeftOut(test)) void sendEvent({ kind: "begin", ...placeOf(test) });
  }

  /** Whether the test is skipped because only other titles were asked for, which is no failure. */
  #isLeftOut(test: TestCase): boolean {
    return this.#asked !== undefined && !this.#asked.test(placeOf(test).title);
  }

  onUserConsoleLog({ content, taskId = "" }: { content: string; taskId?: string }): void {
    this.#output.set(taskId, (this.#output.get(taskId) ?? "") + content);
    void sendEvent({ kind: "moved", id: taskId, step: content.trim() });
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (this.#isLeftOut(test)) return;
    const ms = test.diagnostic()?.duration ?? 0;
    const output = this.#output.get(test.id) ?? "";
    void sendEvent({
      kind: "end",
      ...placeOf(test),
      status: state,
      ms,
      message: errors.map(textOf).join("\n"),
      output,
    });
    this.#output.delete(test.id);
  }

  onTestModuleEnd(module: TestModule): void {
    for (const error of module.errors())
      void sendEvent({ kind: "error", title: fileOf(module.moduleId), message: textOf(error) });
    for (const suite of module.children.allSuites())
      for (const error of suite.errors())
        void sendEvent({
          kind: "error",
          title: `${fileOf(module.moduleId)} › ${suite.fullName}`,
          message: textOf(error),
        });
  }

  async onTestRunEnd(_: unknown, unhandled: readonly SerializedError[]): Promise<void> {
    for (const error of unhandled)
      await sendEvent({ kind: "error", title: "an unhandled error", message: textOf(error) });
    await sendEvent({ kind: "over" });
  }
}

function placeOf(test: TestCase) {
  return { id: test.id, file: fileOf(test.module.moduleId), title: test.fullName.replaceAll(" > ", " ") };
}

function textOf({
  stack,
  message,
  diff,
  cause,
}: Partial<SerializedError> & { diff?: unknown; cause?: unknown }): string {
  const because = cause instanceof Object ? `\nCaused by: ${textOf(cause as Partial<SerializedError>)}` : "";
  return (
    [stack?.includes(message ?? "") ? stack : `${message}\n${stack ?? ""}`, diff ?? ""].filter(Boolean).join("\n") +
    because
  );
}
