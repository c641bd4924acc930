import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Busy, throwBusy } from "@/lib/database-busy";
import { withBusyStatus } from "@/lib/ops/busy-status";

/** What Next does: it catches what a page threw, and answers 500. */
const PAGES: Record<string, (response: ServerResponse) => Promise<void>> = {
  "/busy": async (response) => {
    await sleep(5);
    await fails(() => throwBusy(new Busy("57014 query_canceled")));
    response.statusCode = 500;
    response.end("busy");
  },
  "/broken": async (response) => {
    await sleep(5);
    response.writeHead(500, { "content-type": "text/plain" }).end("broken");
  },
  "/refused": async (response) => {
    await fails(() => throwBusy(new Busy("57014 query_canceled")));
    response.writeHead(200).end("a refusal");
  },
};

const fails = async (work: () => never) => {
  try {
    work();
  } catch {
    // Next logs it.
  }
};

const server = createServer((request, response) => void withBusyStatus(response, () => PAGES[request.url ?? ""]?.(response)));
let origin: string;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const statusOf = async (path: string) => {
  const { status, headers } = await fetch(origin + path);
  return [status, headers.get("retry-after")];
};

test("a page that failed because a statement was turned away is 503 with Retry-After; another failure at the same time stays 500", async () => {
  const both = await Promise.all(Array.from({ length: 20 }, (_, n) => statusOf(n % 2 ? "/busy" : "/broken")));
  expect(both).toEqual(Array.from({ length: 20 }, (_, n) => (n % 2 ? [503, "1"] : [500, null])));
});

test("an answer that took the refusal as a value keeps its own status", async () => {
  expect(await statusOf("/refused")).toEqual([200, null]);
});
