import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { isAlive } from "@/lib/ops/processes.mjs";
import { superviseServers } from "@/lib/ops/supervise.mjs";
import { childEnv, root } from "../../kit/child-env";
import { until } from "../../kit/until";

let said: string[] = [];
beforeEach(() => {
  said = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

/** Starts a short program as a server of `npm start`. */
async function started(source: string) {
  const name = `tests/supervised-${crypto.randomUUID()}`;
  const file = path.join(root, ".build", `${name}.mjs`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, source);
  const deaths: string[] = [];
  const servers = superviseServers((sentence) => deaths.push(sentence));
  onTestFinished(async () => {
    await servers.stopAll();
    rmSync(file);
  });
  await servers.start(name, childEnv());
  return { servers, name, deaths };
}

test("a server is up when it says so, and its errors until then are shown", async () => {
  const { servers, name, deaths } = await started(`
    console.log("a plain line");
    console.error("a complaint");
    console.log(JSON.stringify({ level: 50, msg: "an error" }));
    setInterval(() => process.send("ready"), 50);`);
  await servers.ready(name, 60_000);
  await until("its lines are read", () => {
    servers.showOutput();
    return said.length >= 2;
  });
  expect(said.join("")).toContain("a complaint");
  expect(said.join("")).toContain("an error");
  expect(said.join("")).not.toContain("a plain line");
  expect(deaths).toEqual([]);
});

test("a server that ends while it starts is never up, and its output is shown", async () => {
  const { servers, name, deaths } = await started(
    `console.error("✗ it cannot"); setTimeout(() => process.exit(1), 100);`,
  );
  const up = vi.fn();
  void servers.ready(name, 60_000).then(up, () => undefined);
  await until("its end is told", () => deaths.length > 0);
  expect(deaths).toEqual([expect.stringMatching(/ended by itself \(exit 1\)\.$/)]);
  expect(said.join("")).toContain("✗ it cannot");
  expect(up).not.toHaveBeenCalled();
});

test("a server without output is not waited for forever", async () => {
  const { servers, name } = await started("setInterval(() => {}, 1_000);");
  await expect(servers.ready(name, 200)).rejects.toThrow("was not ready within 0.2 s");
});

/** Ends itself, and leaves behind a program that holds its output open and ignores SIGTERM. */
const LEAVES_ONE = `
  import { spawn } from "node:child_process";
  const left = spawn(process.execPath, ["-e", 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'],
    { stdio: ["ignore", "pipe", "inherit"] });
  left.stdout.once("data", () => {
    console.error("left " + left.pid);
    process.exit(1);
  });`;

test("the end of a server that leaves a program behind is told, and that program is ended", async () => {
  const { deaths } = await started(LEAVES_ONE);
  await until("its end is told", () => deaths.length > 0);
  const left = Number(/left (\d+)/.exec(said.join(""))?.[1]);
  await until("the other is gone", () => !isAlive(left));
});

test("a server that has ended is not waited for, whoever still holds its output", async () => {
  const { servers, deaths } = await started(LEAVES_ONE);
  await until("it has left one", () => {
    servers.showOutput();
    return said.join("").includes("left ");
  });
  await servers.stopAll();
  const left = Number(/left (\d+)/.exec(said.join(""))?.[1]);
  await until("the other is gone", () => !isAlive(left));
  expect(deaths.length).toBeLessThan(2);
});
