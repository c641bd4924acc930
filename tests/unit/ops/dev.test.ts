import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { watchServers } from "@/lib/ops/dev.mjs";

const clone = vi.hoisted(() => ({ root: "" }));
vi.mock("@/lib/ops/run.mjs", async (original) => ({
  ...(await original<typeof import("@/lib/ops/run.mjs")>()),
  get root() {
    return clone.root;
  },
}));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(clone.root, file)), { recursive: true });
  writeFileSync(path.join(clone.root, file), text);
}

test("npm run dev bundles the servers before it starts them, and restarts the one whose file changes", async () => {
  clone.root = mkdtempSync(path.join(os.tmpdir(), "countersign-clone-"));
  for (const file of ["package.json", "tsconfig.json"]) write(file, "{}");
  for (const file of ["lib/ops/launch.ts", "lib/gateway/main.ts", "lib/worker/main.ts"])
    write(file, 'console.log("old");');
  const restarted: string[] = [];
  const watch = await watchServers(["gateway", "worker"], async (name) => void restarted.push(name));
  onTestFinished(async () => {
    await watch.stop();
    rmSync(clone.root, { recursive: true });
  });
  const built = (name: string) => readFileSync(path.join(clone.root, ".build", `${name}-main.mjs`), "utf8");
  expect([built("gateway"), built("worker")]).toEqual([expect.stringContaining("old"), expect.stringContaining("old")]);
  expect(restarted).toEqual([]);

  write("lib/gateway/main.ts", 'console.log("new");');
  await expect.poll(() => restarted, { timeout: 60_000 }).toEqual(["gateway"]);
  expect([built("gateway"), built("worker")]).toEqual([expect.stringContaining("new"), expect.stringContaining("old")]);
});
