import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readDoc, shellBlock } from "../kit/docs";
import { activated, storedKey } from "../kit/people/api-keys";
import { expect, test } from "./fixtures";

test("the README's signing recipe, pasted into a shell, is accepted", async ({ desk }) => {
  const { id, secret } = await activated(desk.owner);
  const { key } = await storedKey(id);
  const script = shellBlock("README.md", "COUNTERSIGN_KEY=your-api-key")
    .replace(/^COUNTERSIGN_KEY=.*$/m, `COUNTERSIGN_KEY=${key}`)
    .replace(/^COUNTERSIGN_SECRET=.*$/m, `COUNTERSIGN_SECRET=${secret}`)
    .replace(/^GATEWAY=.*$/m, `GATEWAY=${process.env.E2E_GATEWAY}`);
  await expect
    .poll(async () => (await promisify(execFile)("bash", ["-euc", script])).stdout)
    .toContain(`"name":"${desk.merchant.name}"`);
});

test("the dashboard serves the gateway's OpenAPI document without a login", async ({ request }) => {
  const response = await request.get("/openapi.json");
  expect(response.status()).toBe(200);
  expect(await response.json()).toEqual(JSON.parse(readDoc("public/openapi.json")));
});
