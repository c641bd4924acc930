import { expect, test } from "vitest";
import { STYLES } from "@/lib/platform/signing/mistakes/json/styles";
import { parseJson } from "@/lib/platform/signing/mistakes/json/tree";
import { writeJson } from "@/lib/platform/signing/mistakes/json/write";
import { digestOf, MAX_DIGESTS, MAX_MS, runBounded, workClock } from "@/lib/platform/signing/mistakes/node-search";
import { search } from "@/lib/platform/signing/mistakes/search";
import { PAUSE, type Searching } from "@/lib/platform/signing/mistakes/task";
import { WORDS } from "@/lib/platform/signing/mistakes/words/words";

function* endless(count: { asked: number }): Searching<never> {
  for (;;) {
    count.asked++;
    yield { algorithm: "sha512", key: new Uint8Array(1), data: new Uint8Array(1) };
  }
}

test("a search computes two hundred digests at most", async () => {
  const count = { asked: 0 };
  expect(await runBounded(endless(count), { now: () => 0, turn: async () => undefined })).toBeNull();
  expect(count.asked).toBe(MAX_DIGESTS + 1);
});

test("a search takes ten milliseconds at most, about one millisecond per turn", async () => {
  const count = { asked: 0 };
  let [time, turns] = [0, 0];
  const bounds = {
    now: () => (time += 0.1),
    turn: async () => {
      turns++;
    },
    most: 1_000_000,
  };
  expect(await runBounded(endless(count), bounds)).toBeNull();
  expect(count.asked).toBeLessThanOrEqual(MAX_MS / 0.1 + 1);
  expect(turns).toBeGreaterThanOrEqual(8);
});

const BYTES = 64 * 1_024;
const HOSTILE: [what: string, body: string][] = [
  ["a long name before many values", `{"${"n".repeat(BYTES / 2)}":[${"1,".repeat(BYTES / 4 - 8)}1]}`],
  ["many starts of an address, and a question mark", `?a${"://".repeat((BYTES - 2) / 3)}`],
  ["a part of a form with many empty lines", `--x\r\n; name="a"${"\r\n\r\n".repeat((BYTES - 18) / 4)}z`],
  ["many brackets and blanks", `{${"} ".repeat(BYTES / 2 - 1)}x`],
  ["many members of a form", "a=1&".repeat(BYTES / 4)],
];

test("neither a busy machine nor other threads of the process use up a search's time", () => {
  const times = { processor: 0, day: 0 };
  const now = workClock([() => times.processor, () => times.day]);
  times.day += 1_000;
  expect(now()).toBe(0);
  Object.assign(times, { processor: 500, day: times.day + 2 });
  expect(now()).toBe(2);
  Object.assign(times, { processor: 503, day: times.day + 900 });
  expect(now()).toBe(5);
});

/** The longest text of a whole search, in bytes, and the processor time of its slowest step. */
function costOf(body: Buffer): { longest: number; slowest: number } {
  const request = { method: "POST", target: "/api/v2/whoami", host: "gateway.example", headers: [] };
  const [secret, key] = [Buffer.alloc(64, "s"), "k".repeat(32)];
  const searching = search({ secret, key, body, signature: "0".repeat(40), request });
  let [longest, slowest] = [0, 0];
  const now = workClock();
  const next = (digest: Uint8Array) => {
    const began = now();
    const step = searching.next(digest);
    slowest = Math.max(slowest, now() - began);
    return step;
  };
  for (let step = next(new Uint8Array()); !step.done; ) {
    if (step.value !== PAUSE) longest = Math.max(longest, step.value.data.length);
    step = next(step.value === PAUSE ? new Uint8Array() : digestOf(step.value));
  }
  return { longest, slowest };
}

const MAX_STEP_MS = 250;

test.each(HOSTILE)("no step of a whole search takes long or makes a long text: %s", (_, text) => {
  const body = Buffer.from(text);
  expect(body.length).toBeLessThanOrEqual(BYTES);
  const costs = [costOf(body)];
  // A step that is slow by itself is slow every time, one that other threads delayed is not.
  while (costs.length < 3 && costs.every(({ slowest }) => slowest >= MAX_STEP_MS)) costs.push(costOf(body));
  expect(Math.max(...costs.map(({ longest }) => longest))).toBeLessThan(32 * BYTES);
  expect(Math.min(...costs.map(({ slowest }) => slowest))).toBeLessThan(MAX_STEP_MS);
});

test.each([65, 3_000, 32 * 1_024])("%i nested brackets are not accepted as JSON here", (depth) =>
  expect(parseJson("[".repeat(depth) + "]".repeat(depth))).toBeNull(),
);

test("a long name before many short lines is not written out where each line is indented by it", () => {
  const json = parseJson(JSON.stringify({ [`n${"x".repeat(20_000)}`]: Array.from({ length: 10_000 }, () => 1) }));
  expect(json).not.toBeNull();
  const lengths = STYLES.map(([, style]) => (json && writeJson(json, style))?.length ?? 0);
  expect(lengths).toContain(0);
  expect(Math.max(...lengths)).toBeLessThan(1_000_000);
});

test.each(['{"b":1.10,"a":[true,null,"x\\u00e9\\"\\\\"],"1":{}}', " [ ] ", '"x"', "-1e5", '{"a":{"a":[[]]}}'])(
  "JSON is read with its numbers and its order, and written unchanged: %s",
  (text) => {
    const json = parseJson(text);
    const compact = STYLES[0]?.[1];
    expect(json && compact && writeJson(json, compact)).toBe(text.trim().replace("[ ]", "[]").replace("\\u00e9", "é"));
  },
);

test.each(Object.entries(WORDS))("%s is explained in two sentences, in the product's language", (_, [what, remedy]) => {
  expect(what).toMatch(/^[A-Z{].*\.$/);
  expect(remedy).toMatch(/^[A-Z].*\.$/);
  expect(`${what} ${remedy}`).not.toMatch(/\bmay\b|\bmust not\b|!/);
});
