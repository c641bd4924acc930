import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
const files = ["app", "components", "lib"]
  .flatMap((folder) => readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true }))
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
  .filter((file) => !file.startsWith("lib/generated"));
const holding = (pattern: RegExp) =>
  files.filter((file) => pattern.test(readFileSync(path.join(root, file), "utf8"))).sort();

test("no file exposes a secret except those that seal it, copy it under a ticket, fingerprint it, or send it to its dialog", () => {
  expect(holding(/\.expose\(/)).toEqual([
    "lib/api-keys/key-pair.ts",
    "lib/api-keys/reveal/reveal.ts",
    "lib/api-keys/reveal/ticket.ts",
    "lib/platform/crypto/seal.ts",
  ]);
});

test("a secret is created in one place and returned in one place: nothing else creates one or opens a copy", () => {
  expect(holding(/\bnewSecret\(/)).toEqual(["lib/api-keys/key-pair.ts", "lib/api-keys/sealed-secret.ts"]);
  expect(holding(/\bopenCopy\(/)).toEqual(["lib/api-keys/reveal/reveal.ts", "lib/api-keys/reveal/ticket.ts"]);
});

test("no file of the dashboard selects a sealed secret", () => {
  expect(
    holding(/SELECT[^`]*sealed_secret|sealedSecret: true/).filter((file) => !file.startsWith("lib/gateway/")),
  ).toEqual([]);
});
