import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { staticFiles } from "@/lib/dashboard/static-files";

const root = mkdtempSync(path.join(tmpdir(), "static-"));
const server = createServer();

beforeAll(async () => {
  mkdirSync(path.join(root, ".next/static/chunks"), { recursive: true });
  writeFileSync(path.join(root, ".next/secret.js.br"), "none of yours");
  writeFileSync(path.join(root, ".next/static/chunks/a.js.br"), brotliCompressSync("alert(1)"));
  const serve = await staticFiles(root);
  server.on("request", (request, response) => {
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (!serve(request, response)) response.writeHead(204).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

type Answer = { status: number | undefined; headers: Record<string, unknown>; body: Buffer };

const ask = (url: string, encoding?: string, method = "GET") =>
  new Promise<Answer>((resolve, reject) => {
    const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
    request({ port: (server.address() as AddressInfo).port, path: url, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part) => parts.push(part));
      response.once("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .once("error", reject)
      .end();
  });

test("a script of the build is sent in Brotli, immutable, with the headers of every response", async () => {
  const { status, headers, body } = await ask("/_next/static/chunks/a.js?dpl=1", "gzip, deflate, br");
  expect([status, brotliDecompressSync(body).toString()]).toEqual([200, "alert(1)"]);
  expect(headers).toMatchObject({
    "content-encoding": "br",
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    vary: "Accept-Encoding",
  });
  expect((await ask("/_next/static/chunks/a.js", "br", "HEAD")).body).toHaveLength(0);
});

test.each([
  ["/_next/static/chunks/a.js", undefined],
  ["/_next/static/chunks/a.js", "gzip"],
  ["/_next/static/chunks/a.js", "gzip, br;q=0"],
  ["/_next/static/chunks/b.js", "br"],
  ["/_next/static/../secret.js", "br"],
  ["/_next/static/chunks/../../secret.js", "br"],
  ["/_next/static/%2e%2e/secret.js", "br"],
  ["/merchants", "br"],
])("%s with %s is left to Next", async (url, encoding) => {
  expect((await ask(url, encoding)).status).toBe(204);
});

test("a POST is left to Next", async () => {
  expect((await ask("/_next/static/chunks/a.js", "br", "POST")).status).toBe(204);
});
