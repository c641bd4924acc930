import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "./fixtures";

test("the README's signing recipe, pasted into a shell, is accepted", async ({ keys }) => {
  await keys.generate();
  const { key, secret } = await keys.activate();
  await keys.done();
  const readme = await readFile(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
  const recipe = /```sh\n(KEY=[\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const script = recipe
    .replace(/^KEY=.*$/m, `KEY=${key}`)
    .replace(/^SECRET=.*$/m, `SECRET=${secret}`)
    .replace(/^GATEWAY=.*$/m, `GATEWAY=${process.env.E2E_GATEWAY}`);
  await expect
    .poll(async () => (await promisify(execFile)("bash", ["-euc", script])).stdout, { timeout: 5_000 })
    .toContain(`"name":"${keys.desk.merchant.name}"`);
});
