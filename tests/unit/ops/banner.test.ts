import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { shellBlock } from "../../kit/docs";
import { program } from "../../kit/gateway/programs";

const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const GATEWAY = "http://127.0.0.1:3101";

/** What `npm start` prints at its end, into a pipe. */
async function banner(env: Record<string, string> = {}, more = {}): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-banner-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const demoFile = path.join(folder, "demo.json");
  const user = { email: "owner@acme.example", password: "maple-river", totpSecret: SECRET, roles: [] };
  writeFileSync(demoFile, JSON.stringify({ users: [user] }));
  const given = {
    origin: "http://localhost:3100",
    gateway: GATEWAY,
    mail: "",
    demoFile,
    folders: ["/a/.data", "/b"],
    ...more,
  };
  const source = `import { banner } from "./lib/ops/banner.mjs"; await banner(${JSON.stringify(given)});`;
  const { code, output } = await program(source, { env }).ended;
  expect([code, output]).toEqual([0, expect.stringContaining("Countersign is running.")]);
  return output;
}

test("the signed request is the README's, with this gateway's URL", async () => {
  const lines = (await banner()).split("\n").map((line) => line.slice(4));
  const recipe = shellBlock("README.md", "COUNTERSIGN_KEY=your-api-key").replace(/^GATEWAY=.*$/m, `GATEWAY=${GATEWAY}`);
  const begin = lines.indexOf("COUNTERSIGN_KEY=your-api-key");
  expect(lines.slice(begin, begin + recipe.trim().split("\n").length)).toEqual(recipe.trim().split("\n"));
});

test("where nobody looks at it, it has no colours and no QR code, but the setup key and how to see the code", async () => {
  const output = await banner();
  expect(output).not.toMatch(/[▀▄█]/);
  expect(output).not.toContain("\u001b");
  expect(output).toContain(`owner@acme.example to an authenticator app, with this setup key: ${SECRET}\n`);
  expect(output).toContain("prints in a terminal: npm run demo:code -- owner@acme.example --qr\n");
  expect(output.split(SECRET)).toHaveLength(2);
});

test("on a screen it has the QR code", async () => {
  const output = await banner({ FORCE_COLOR: "1" });
  expect(output).toMatch(/[▀▄█]/);
  expect(output).not.toContain(SECRET);
});

test("a gateway without an API behind it is said to answer whoami alone", async () => {
  const said = "UPSTREAM_URL is not set: signed requests to other paths than /api/v2/whoami get 404";
  expect(await banner()).toContain(said);
  expect(await banner({}, { upstream: "http://127.0.0.1:8080" })).not.toContain("UPSTREAM_URL");
});

test("it names the folders where data is kept", async () => {
  expect(await banner()).toContain("  Data       /a/.data and /b\n");
});
