import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { bundle } from "@/lib/ops/build.mjs";
import { isFresh, skipIfFresh } from "@/lib/ops/fingerprint.mjs";

/** A clone with two programs. */
const clone = vi.hoisted(() => ({ root: "" }));
vi.mock("@/lib/ops/run.mjs", async (original) => ({
  ...(await original<typeof import("@/lib/ops/run.mjs")>()),
  get root() {
    return clone.root;
  },
}));

const PROGRAMS = { admin: "lib/ops/admin/main.ts", migrate: "lib/ops/migrate.ts" };
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

beforeEach(() => {
  clone.root = mkdtempSync(path.join(os.tmpdir(), "countersign-clone-"));
  folders.push(clone.root);
  for (const file of ["package.json", "tsconfig.json"]) writeFileSync(path.join(clone.root, file), "{}");
  checkOut("old");
});

/** Every program prints the version of the files. */
function checkOut(version: string): void {
  for (const file of Object.values(PROGRAMS)) {
    mkdirSync(path.dirname(path.join(clone.root, file)), { recursive: true });
    writeFileSync(path.join(clone.root, file), `console.log("${version}");`);
  }
}

const built = (name: keyof typeof PROGRAMS) =>
  /console\.log\("(\w+)"\)/.exec(readFileSync(path.join(clone.root, ".build", `${name}.mjs`), "utf8"))?.[1];

test("a program that one command bundled, and a start of a newer version after it, is bundled again after going back", async () => {
  await bundle(["admin"]);
  expect(built("admin")).toBe("old");
  checkOut("new");
  await bundle(["admin", "migrate"]);
  expect([built("admin"), built("migrate")]).toEqual(["new", "new"]);
  checkOut("old");
  await bundle(["admin"]);
  expect(built("admin")).toBe("old");
});

test("a mark of a version before 0.4, which stands for several programs, is gone once one of them is bundled", async () => {
  const mark = path.join(clone.root, ".build/.admin+migrate");
  mkdirSync(path.dirname(mark));
  writeFileSync(mark, "old");
  await bundle(["admin"]);
  expect(existsSync(mark)).toBe(false);
});

test("what is bundled already is not bundled again, with however many others", async () => {
  await bundle(["admin", "migrate"]);
  expect(await bundle(["admin"])).toBe("skipped");
  expect(await bundle(["migrate", "admin"])).toBe("skipped");
});

test("an output whose making was interrupted is not taken for that of the input before", async () => {
  const mark = path.join(clone.root, "mark");
  await skipIfFresh(mark, "old", async () => undefined);
  expect(isFresh(mark, "old")).toBe(true);
  const interrupted = skipIfFresh(mark, "new", () => Promise.reject(new Error("interrupted")));
  await expect(interrupted).rejects.toThrow("interrupted");
  expect(isFresh(mark, "old")).toBe(false);
});
