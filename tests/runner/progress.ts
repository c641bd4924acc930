import { dim } from "@/lib/ops/output.mjs";
import type { SuiteRecord } from "./suite-record";

const TERMINAL_EVERY_MS = 250;
const LOG_EVERY_MS = 30_000;

/**
 * Shows the progress of a suite: one changing line on a terminal, otherwise a line every 30 s.
 * Returns a function that stops it.
 */
export function showProgress(
  suite: SuiteRecord,
  { terminal = Boolean(process.stdout.isTTY), write = (text: string) => void process.stdout.write(text) } = {},
) {
  const began = performance.now();
  const show = () => {
    const line = progressOf(suite, performance.now() - began);
    write(terminal ? `\r\u001b[2K${dim(line.slice(0, (process.stdout.columns ?? 80) - 1))}` : `${line}\n`);
  };
  const timer = setInterval(show, terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (terminal) write("\r\u001b[2K");
  };
}

/**
 * For example "  integration: 412 of 1,304 tests, 1:23, longest 12 s: a racer that loses gets the
 * plain refusal".
 */
export function progressOf(suite: SuiteRecord, ms: number): string {
  const { done, all, longest } = suite.progress();
  const running = longest
    ? `, longest ${Math.round((performance.now() - longest.since) / 1000)} s: ${longest.title}`
    : "";
  return `  ${suite.part}: ${done.toLocaleString("en")} of ${all.toLocaleString("en")} tests, ${clock(ms)}${running}`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
