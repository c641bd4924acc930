import { AsyncLocalStorage } from "node:async_hooks";
import type { ServerResponse } from "node:http";

/**
 * The status of a page that could not be read because the database was busy: 503 with Retry-After, where Next would say 500. Next runs in this
 * process, in a bundle of its own: what it shares with this file is the global object (lib/database-busy).
 */
type Answer = { busy: boolean };

const answers = new AsyncLocalStorage<Answer>();
(globalThis as { countersignBusy?: () => void }).countersignBusy = () => {
  const answer = answers.getStore();
  if (answer) answer.busy = true;
};

/** Answers a request; a failure after a statement was turned away is no failure of ours. */
export function withBusyStatus<T>(response: ServerResponse, work: () => T): T {
  const answer: Answer = { busy: false };
  const writeHead = response.writeHead;
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    if (!answer.busy || status !== 500) return Reflect.apply(writeHead, response, [status, ...rest]);
    response.setHeader("Retry-After", "1");
    return Reflect.apply(writeHead, response, [503, ...rest]);
  }) as typeof writeHead;
  return answers.run(answer, work);
}
