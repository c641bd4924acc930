import type { Ended } from "@/lib/ops/run.mjs";
import { PASSED, type SuiteEvent } from "./suite-events";

export type Failure = { title: string; message: string; file?: string; output?: string };
export type TestDuration = { part: string; title: string; file: string; ms: number };
/** The result of a part of the tests. */
export type PartResult = { passed: number; failures: Failure[]; timed: TestDuration[]; notes: string[] };

/** A line that a test prints for the run's summary, such as how many replies it waited out. */
const NOTE = /^note: (.*)$/gm;

type Running = { file: string; title: string; since: number; step: string };
/** How many tests each file of a suite has. */
export type Counts = Record<string, number>;

/** Records what a suite's reporter sends, so that nothing is lost however the suite ends. */
export class SuiteRecord {
  readonly #running = new Map<string, Running>();
  readonly #ended = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #found: PartResult = { passed: 0, failures: [], timed: [], notes: [] };
  readonly #collected: Counts = {};
  readonly #files = new Set<string>();
  readonly #notLoaded = new Set<string>();
  /** Files of processes that have ended. */
  readonly #closed = new Set<string>();
  #hasLoaded = false;
  #over = false;

  /** `expected` returns how many tests a file probably has, until the file is loaded. */
  constructor(
    readonly part: string,
    readonly expected: (file: string) => number,
  ) {}

  take(event: SuiteEvent): void {
    if (event.kind === "files") this.#announced(event.files);
    else if (event.kind === "loading") this.#hasLoaded = this.#notLoaded.delete(event.file);
    else if (event.kind === "collected") this.#collected[event.file] = event.tests;
    else if (event.kind === "begin") this.#began(event);
    else if (event.kind === "moved") this.#moved(event);
    else if (event.kind === "end") this.#end(event);
    else if (event.kind === "error") this.#found.failures.push({ title: event.title, message: event.message });
    else this.#over = true;
  }

  /** Tests done, the known total so far, and the test that has been running longest. */
  progress(): { done: number; all: number; longest: Running | undefined } {
    const known = new Map([...this.#files].map((file) => [file, this.#collected[file] ?? this.expected(file)]));
    const all = [...known].reduce((sum, [file, count]) => sum + Math.max(count, this.#counts.get(file) ?? 0), 0);
    const done = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const [longest] = [...this.#running.values()].sort((one, other) => one.since - other.since);
    return { done, all, longest };
  }

  /**
   * The result once the suite's process has ended. If it was aborted, every test that had begun
   * and not ended fails; `left` are the files that it had not loaded, for another process.
   */
  end({ code, output, stuck, stillSeconds }: Ended & { stillSeconds: number }): {
    found: PartResult;
    counts: Counts;
    left: string[];
  } {
    const found = this.#found;
    const why = stuck ? `Nothing had moved for ${stillSeconds} s, and it was ended.` : "It was broken off.";
    for (const { title, file, step } of this.#running.values())
      found.failures.push({
        title,
        file,
        message: `${why}${this.#unrun(file)}${step ? ` Its last step: ${step}` : ""}`,
      });
    // Vitest sometimes never reports the beginning of a test that hangs.
    if (!this.#over && this.#hasLoaded)
      for (const file of this.#unreported())
        found.failures.push({ title: file, file, message: `${why} A test of this file had begun.` });
    for (const file of Object.keys(this.#collected)) this.#closed.add(file);
    this.#running.clear();
    const lastLines = output.trimEnd().split("\n").slice(-60).join("\n");
    if (stuck || !this.#over || (code !== 0 && found.failures.length === 0))
      found.failures.push({
        title: `${this.part} did not end well`,
        message: `${stuck ? why : `exit ${code}`}\n${lastLines}`,
      });
    if (found.passed + found.failures.length === 0)
      found.failures.push({ title: this.part, message: "There is no such test." });
    const left = this.#over || !this.#hasLoaded ? [] : [...this.#notLoaded];
    [this.#over, this.#hasLoaded] = [false, false];
    return { found, counts: this.#collected, left };
  }

  #announced(files: string[]): void {
    for (const file of files) for (const set of [this.#files, this.#notLoaded]) set.add(file);
  }

  /** Files with tests that have not ended, none of which is known to have begun. */
  #unreported(): string[] {
    const running = new Set([...this.#running.values()].map(({ file }) => file));
    return Object.entries(this.#collected)
      .filter(([file, tests]) => tests > (this.#counts.get(file) ?? 0))
      .map(([file]) => file)
      .filter((file) => !running.has(file) && !this.#closed.has(file));
  }

  #unrun(file: string): string {
    const begun =
      (this.#counts.get(file) ?? 0) + [...this.#running.values()].filter((each) => each.file === file).length;
    const count = (this.#collected[file] ?? begun) - begun;
    return count > 0 ? ` ${count} more tests of its file did not run.` : "";
  }

  /** Vitest may report the end of a quick test before its beginning. */
  #began({ id, file, title }: Extract<SuiteEvent, { kind: "begin" }>): void {
    if (!this.#ended.has(id)) this.#running.set(id, { file, title, since: performance.now(), step: "" });
  }

  #moved({ id, step }: Extract<SuiteEvent, { kind: "moved" }>): void {
    const running = this.#running.get(id);
    if (running) running.step = step;
    this.#found.notes.push(...[...step.matchAll(NOTE)].map(([, note = ""]) => note));
  }

  #end({ id, file, title, status, ms, message, output }: Extract<SuiteEvent, { kind: "end" }>): void {
    this.#running.delete(id);
    this.#ended.add(id);
    this.#counts.set(file, (this.#counts.get(file) ?? 0) + 1);
    this.#found.timed.push({ part: this.part, title, file, ms });
    if (status === PASSED) this.#found.passed++;
    else this.#found.failures.push({ title, file, output, message: message || `It was ${status}.` });
  }
}
