import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "@/lib/platform/crypto/secret";

const text = "s3cretS3CRET".repeat(5);
const secret = new Secret(text);

test("a secret is returned when it is exposed on purpose", () => {
  expect(secret.expose()).toBe(text);
});

test.each<[string, () => unknown]>([
  ["a template", () => `${secret}`],
  ["String()", () => String(secret)],
  ["concatenation", () => `x${String(secret)}`.concat(secret as never)],
  ["JSON", () => JSON.stringify({ secret, list: [secret] })],
  ["inspection", () => inspect({ secret })],
  [
    "inspection of everything hidden",
    () => inspect(secret, { showHidden: true, depth: null, customInspect: false, getters: true }),
  ],
  ["a structured clone", () => inspect(structuredClone(secret), { showHidden: true })],
  ["a spread", () => inspect({ ...secret }, { showHidden: true })],
  ["its own keys and values", () => JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret)])],
  ["an error's cause", () => inspect(new Error("x", { cause: secret }))],
])("a secret cannot leak through %s", (_way, print) => {
  expect(String(print())).not.toContain(text);
});
