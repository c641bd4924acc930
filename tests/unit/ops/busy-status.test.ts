import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withBusyStatus } from "@/lib/dashboard/busy-status";
import { Busy, throwBusy } from "@/lib/platform/db/database-busy";

/** What Next does: it catches what a page threw and replies with 500. */
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
  "/busy-in-parts": async (response) => {
    await fails(() => throwBusy(new Busy("57014 query_canceled")));
    response.statusCode = 500;
    response.setHeader("Content-Encoding", "gzip");
    response.write("an empty page");
    response.end("and its scripts");
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

const server = createServer((request, response) => {
  response.setHeader("X-Request-Id", "the-id");
  void withBusyStatus(response, () => PAGES[request.url ?? ""]?.(response));
});
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

test("a page that failed because a statement was refused as busy is 503 with Retry-After; another failure at the same time stays 500", async () => {
  const both = await Promise.all(Array.from({ length: 20 }, (_, n) => statusOf(n % 2 ? "/busy" : "/broken")));
  expect(both).toEqual(Array.from({ length: 20 }, (_, n) => (n % 2 ? [503, "1"] : [500, null])));
});

test("a response that handled the refusal as a value keeps its own status", async () => {
  expect(await statusOf("/refused")).toEqual([200, null]);
});

const page = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(origin + path, { headers: { accept: "text/html", ...headers } });
  return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
};

test("a whole page that was refused as busy says so without a script, whatever Next writes", async () => {
  for (const path of ["/busy", "/busy-in-parts"]) {
    const { status, text, type } = await page(path);
    expect([status, type]).toEqual([503, "text/html; charset=utf-8"]);
    expect(text).toContain("<h1>Busy</h1>");
    expect(text).toContain("This page could not be read just now. Wait a moment, then try again.");
    expect(text).not.toMatch(/script>|its scripts|changed/);
  }
});

test("a whole page that failed says so without a script, with the reference of its line in the log", async () => {
  const { status, text } = await page("/broken");
  expect(status).toBe(500);
  expect(text).toContain("<code>the-id</code>");
});

test("a page's own fetch gets Next's response", async () => {
  expect(await page("/broken", { rsc: "1" })).toMatchObject({ status: 500, text: "broken" });
});
