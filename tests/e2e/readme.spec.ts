import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { activated, storedKey } from "../kit/api-keys";
import { expect, test } from "./fixtures";

test("the README's signing recipe, pasted into a shell, is accepted", async ({ desk }) => {
  const { id, secret } = await activated(desk.owner);
  const { key } = await storedKey(id);
  const readme = await readFile(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
  const recipe = /```sh\n(KEY=[\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const script = recipe
    .replace(/^KEY=.*$/m, `KEY=${key}`)
    .replace(/^SECRET=.*$/m, `SECRET=${secret}`)
    .replace(/^GATEWAY=.*$/m, `GATEWAY=${process.env.E2E_GATEWAY}`);
  await expect.poll(async () => (await promisify(execFile)("bash", ["-euc", script])).stdout).toContain(`"name":"${desk.merchant.name}"`);
});
