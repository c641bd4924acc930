import { AsyncLocalStorage } from "node:async_hooks";
import type { ServerResponse } from "node:http";
import { pageWithoutScript, wantsPage } from "./page-without-script";

/**
 * Turns Next's status 500 into 503 with Retry-After if a page failed because the database was
 * busy. Next runs in this process but in its own bundle, so the two share only the global object
 * (lib/platform/db/database-busy).
 */
type Answer = { busy: boolean };

const answers = new AsyncLocalStorage<Answer>();
(globalThis as { countersignBusy?: () => void }).countersignBusy = () => {
  const answer = answers.getStore();
  if (answer) answer.busy = true;
};

/**
 * Runs `work` for a request. A failure after the database refused a statement as busy gets the
 * status 503. A whole page that failed is replaced by one that needs no script.
 */
export function withBusyStatus<T>(response: ServerResponse, work: () => T): T {
  const answer: Answer = { busy: false };
  const { writeHead, write, end } = response;
  const call = (method: (...given: never[]) => unknown, ...given: unknown[]) => Reflect.apply(method, response, given);
  const statusInstead = () => (answer.busy ? 503 : 500);
  let replaced = false;

  /** Writes our page instead of Next's response. @returns whether the response is ours */
  const replace = (): boolean => {
    if (replaced) return true;
    if (response.headersSent || response.statusCode !== 500 || !wantsPage(response)) return false;
    replaced = true;
    const page = pageWithoutScript(response, statusInstead());
    for (const name of ["Content-Encoding", "Content-Length", "Transfer-Encoding", "ETag", "Link"])
      response.removeHeader(name);
    if (answer.busy) response.setHeader("Retry-After", "1");
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Length": Buffer.byteLength(page),
    };
    call(writeHead, statusInstead(), headers);
    call(end, response.req.method === "HEAD" ? undefined : page);
    return true;
  };
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    if (status !== 500) return call(writeHead, status, ...rest);
    response.statusCode = 500;
    if (replaced || wantsPage(response)) return response;
    if (answer.busy) response.setHeader("Retry-After", "1");
    return call(writeHead, statusInstead(), ...rest);
  }) as typeof writeHead;
  response.write = ((...given: unknown[]) => (replace() ? true : call(write, ...given))) as typeof write;
  response.end = ((...given: unknown[]) => (replace() ? response : call(end, ...given))) as typeof end;
  return answers.run(answer, work);
}
