import { expect, test } from "vitest";
import { keyRereader } from "@/lib/gateway/cache/key-rereader";

const KEYS = Array.from({ length: 450 }, (_, index) => `key${index}`);

test("keys are read again in their order, a hundred at a time, until all are", async () => {
  const sizes: number[] = [];
  const read: string[] = [];
  let underWay = 0;
  const again = keyRereader(async (key: string) => {
    read.push(key);
    underWay++;
    await new Promise((resolve) => setImmediate(resolve));
    sizes.push(underWay);
    underWay = 0;
  });
  await again(KEYS);
  expect(read).toEqual(KEYS);
  expect(sizes.filter((size) => size > 0)).toEqual([100, 100, 100, 100, 50]);
});

test("a read that fails ends it without an error", async () => {
  const read: string[] = [];
  await keyRereader(async (key) => {
    read.push(key);
    if (key === "key50") throw new Error("cut");
  })(KEYS);
  expect(read).toHaveLength(100);
});

test("keys that are removed while others are read again are read in their place", async () => {
  const read: string[] = [];
  const again = keyRereader(async (key: string) => {
    read.push(key);
    if (key === "key0") later = again(["other"]);
  });
  let later: Promise<void> | undefined;
  await again(KEYS);
  await later;
  expect(read).toHaveLength(101);
  expect(read).toContain("other");
});
