import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { sleepUntil } from "@/lib/platform/sleep-until";

test("waits until that moment, and leaves nothing on the signal", async () => {
  const { signal } = new AbortController();
  const end = performance.now() + 5;
  await sleepUntil(end, signal);
  expect(performance.now()).toBeGreaterThanOrEqual(end);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an abort ends the wait, before it began or while it lasts", async () => {
  await sleepUntil(performance.now() + 1_000_000, AbortSignal.abort());
  const stopping = new AbortController();
  const waited = sleepUntil(performance.now() + 1_000_000, stopping.signal);
  stopping.abort();
  await waited;
});
