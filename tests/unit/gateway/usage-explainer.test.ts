import { createHmac } from "node:crypto";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Evidence } from "@/lib/gateway/usage/evidence";
import { Explainer } from "@/lib/gateway/usage/explainer";
import { compileAllowlist } from "@/lib/platform/ip-allowlist/match";
import { signingKey } from "@/lib/platform/signing/signature";

const BODY = Buffer.from("{}");
const hmac = (secret: string) => createHmac("sha512", secret).update(BODY).digest("hex");
const evidence = (number: number, signature = hmac("K".repeat(32)), body: Buffer = BODY): Evidence => ({
  request: {
    method: "POST",
    target: "/api/v2/whoami",
    headers: ["X-Processing-Key", "K".repeat(32), "X-Processing-Signature", signature],
  },
  body: [body],
  entry: {
    ...{ active: true, number, merchant: { id: "m", name: "M" }, activatedAt: "" },
    ...{ secret: signingKey(Buffer.from("secret")), allowlist: compileAllowlist([]) },
  },
});

/** No time passes, so the result does not depend on the machine. */
const explainerWith = (secrets: ConstructorParameters<typeof Explainer>[0] = async () => []) =>
  new Explainer(secrets, () => 0);

test("nothing is computed before the reply's turn of the event loop is over", async () => {
  const found: unknown[] = [];
  explainerWith().consider(evidence(7), 0, (mistake) => found.push(mistake));
  await Promise.resolve();
  expect(found).toEqual([]);
  await turn();
  await turn();
  expect(found).toEqual(["key_as_secret"]);
});

test("of a burst the first request is examined, and the latest once its key's second is over", async () => {
  const told: unknown[] = [];
  const explainer = explainerWith();
  for (const [at, signature] of [
    [0, hmac("K".repeat(32))],
    [100, hmac("")],
    [200, hmac("undefined")],
  ] as const)
    explainer.consider(evidence(7, signature), at, (mistake, when) => told.push([mistake, when]));
  await expect.poll(() => told.length).toBe(2);
  expect(told).toEqual([
    ["key_as_secret", 0],
    ["secret_no_value", 200],
  ]);
});

async function looks(...calls: [number: number, at: number, body?: Buffer][]): Promise<number> {
  let count = 0;
  const explainer = explainerWith();
  for (const [number, at, body] of calls) explainer.consider(evidence(number, "undefined", body), at, () => count++);
  await sleep(20);
  return count;
}

test("a key's requests are examined once a second at most", async () => {
  expect(await looks([7, 0], [7, 1], [7, 999], [7, 1_000], [7, 1_999])).toBe(2);
  expect(await looks([7, 0], [8, 0], [7, 500])).toBe(2);
});

test("ten keys a second are examined at most", async () => {
  expect(await looks(...Array.from({ length: 1_000 }, (_, n): [number, number] => [n, 0]))).toBe(10);
});

test("of the largest bodies two a second are examined at most", async () => {
  const largest = Buffer.alloc(65_536);
  expect(
    await looks(...Array.from({ length: 10 }, (_, n): [number, number, Buffer] => [n, 0, largest]), [
      20,
      1_000,
      largest,
    ]),
  ).toBe(3);
});

test("a body over 64 KiB is not examined, and does not use its key's turn", async () => {
  expect(await looks([7, 0, Buffer.alloc(65_537)], [7, 1])).toBe(1);
});

test("a signature with an earlier key's secret is recognized; the database is queried only where nothing else explains it", async () => {
  let asked = 0;
  const explainer = explainerWith(async () => {
    asked++;
    return ["older", "oldest"].map((secret) => ({ mistake: "previous_secret" as const, secret: Buffer.from(secret) }));
  });
  const explained = (number: number, signature: string) =>
    new Promise((resolve) => explainer.consider(evidence(number, signature), 0, resolve));
  expect(await explained(1, hmac("K".repeat(32)))).toBe("key_as_secret");
  expect(asked).toBe(0);
  expect(await explained(2, hmac("oldest"))).toBe("previous_secret");
  expect(await explained(3, hmac("of nobody"))).toBeNull();
});

test("a request that arrived without a body is told so once no secret explains its signature", async () => {
  const explainer = explainerWith(async () => [{ mistake: "previous_secret", secret: Buffer.from("older") }]);
  const signedEmpty = createHmac("sha512", "older").update("").digest("hex");
  const explained = (number: number, signature: string) =>
    new Promise((resolve) => explainer.consider(evidence(number, signature, Buffer.alloc(0)), 0, resolve));
  expect(await explained(1, hmac("of nobody"))).toBe("body_missing");
  expect(await explained(2, signedEmpty)).toBe("previous_secret");
});

test("a database that does not answer leaves it unexplained, and nothing else fails", async () => {
  let found = 0;
  explainerWith(() => Promise.reject(new Error("away"))).consider(evidence(7, hmac("of nobody")), 0, () => found++);
  await sleep(10);
  expect(found).toBe(0);
});

describe("what a signature's text alone shows", () => {
  const letters = "mR".repeat(32);
  let ticks = 0;
  const clocks = { "a whole look": () => 0, "a look that is out of time": () => (ticks += 1_000) };

  test.each(Object.entries(clocks))("is shown by %s", async (_, now) => {
    const found: unknown[] = [];
    const explainer = new Explainer(async () => [], now);
    explainer.consider(evidence(7, letters), 0, (mistake) => found.push(mistake));
    explainer.consider(evidence(8, Buffer.alloc(64, 1).toString("base64")), 0, (mistake) => found.push(mistake));
    explainer.consider(evidence(9, "0".repeat(128)), 0, (mistake) => found.push(mistake));
    await expect.poll(() => found.length).toBe(3);
    expect(found.sort()).toEqual([null, "signature_base64", "signature_length:64"]);
  });
});
