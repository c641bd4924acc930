import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { childEnv, root } from "../kit/child-env";
import { freePort } from "../kit/free-port";
import { nextCode } from "../kit/people/totp";
import { outputOf, untilAnswers } from "../kit/started";
import { expect, test } from "./fixtures";

const run = promisify(execFile);
const EMAIL = "owner@acme.example";
/** Of a person who sends each form with Enter, as the field is in use anyway. */
const MAX_CLICKS = 8;
/** The buttons of these forms are clicks of a person who sends them with the mouse. */
const FORMS = ["Continue", "Log in", "Generate", "Activate"];

/**
 * In real time, as a newcomer does it: each 2FA code is waited for. The packages are those of this
 * run, which npm would have fetched. So are the built pages, unless TEST_FROM_CLONE is "build".
 */
const BUILT = process.env.TEST_FROM_CLONE === "build" ? [] : [".next", ".build"];

test("from git clone to the first accepted signed request takes at most 8 clicks, and 4 more if the forms are sent by mouse", async ({
  fresh: page,
}) => {
  const began = Date.now();
  const seconds = (since: number) => `${Math.round((Date.now() - since) / 1000)} s`;
  const scratch = await mkdtemp(path.join(process.env.TEST_DISK_FOLDER ?? tmpdir(), "countersign-clone-"));
  const clone = path.join(scratch, "countersign");
  await run("git", ["clone", "--quiet", "--depth", "1", `file://${root}`, clone]);
  await run("cp", ["-a", "--link", await realpath(path.join(root, "node_modules")), path.join(clone, "node_modules")]);
  for (const folder of BUILT) await run("cp", ["-a", "--link", path.join(root, folder), path.join(clone, folder)]);
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const started = Date.now();
  const env = childEnv({ NODE_ENV: undefined, HOME: scratch, PORT: String(port), GATEWAY_PORT: String(gatewayPort) });
  const product = spawn(process.execPath, ["lib/ops/start.mjs"], {
    cwd: clone,
    env: { ...env, NODE_ENV: "production" },
  });
  const output = outputOf(product);
  const ended = new Promise((resolve) => product.once("exit", resolve));
  try {
    await untilAnswers(`http://localhost:${port}/api/health`, product, output);
    await untilAnswers(`http://127.0.0.1:${gatewayPort}/readyz`, product, output);
    await expect.poll(output).toContain("Countersign is running.");
    const up = Date.now();
    const clicks = await recordClicks(page);
    await untilAccepted(page, `http://localhost:${port}`, await demoUser(clone));
    console.log(
      `note: from clone to the first accepted request ${seconds(began)}: ${seconds(up)} of it in the browser with the mouse, ${clicks.length} clicks: ${clicks.join(", ")}`,
    );
    console.log(
      `note: npm start without fetching packages${BUILT.length > 0 ? " and building pages" : ""} took ${Math.round((up - started) / 1000)} s`,
    );
    expect(clicks.filter((name) => FORMS.includes(name))).toEqual(FORMS);
    expect(clicks.filter((name) => !FORMS.includes(name)).length).toBeLessThanOrEqual(MAX_CLICKS);
  } finally {
    product.kill("SIGTERM");
    await ended;
    await rm(scratch, { recursive: true, force: true });
  }
});

type DemoUser = { email: string; password: string; totpSecret: string };

async function demoUser(clone: string): Promise<DemoUser> {
  const { users } = JSON.parse(await readFile(path.join(clone, ".data/demo.json"), "utf8")) as { users: DemoUser[] };
  const user = users.find(({ email }) => email === EMAIL);
  if (!user) throw new Error("no such demo user");
  return user;
}

/** The names of what is clicked, in order. */
async function recordClicks(page: Page): Promise<string[]> {
  const clicks: string[] = [];
  await page.exposeFunction("clicked", (name: string) => clicks.push(name.trim()));
  await page.addInitScript(() =>
    addEventListener(
      "click",
      ({ detail, target }) => {
        const control = (target as Element).closest("a, button, input");
        const label = control instanceof HTMLInputElement ? control.labels?.[0] : control;
        const name = control?.getAttribute("aria-label") ?? label?.textContent ?? "";
        if (detail > 0) (window as unknown as { clicked(name: string): void }).clicked(name);
      },
      true,
    ),
  );
  return clicks;
}

/** As a person with a mouse: types only where the focus is, or where Tab leads. */
async function untilAccepted(page: Page, origin: string, { email, password, totpSecret }: DemoUser): Promise<void> {
  let used: string | null = null;
  const type = async (label: string, text: string) => {
    await expect(page.getByLabel(label)).toBeFocused();
    await page.keyboard.type(text);
  };
  const sendCode = async (verb: string) => {
    used = await nextCode(totpSecret, used);
    await type("2FA code", used);
    await page.getByRole("button", { name: verb, exact: true }).click();
  };
  const press = (name: string | RegExp) => page.getByRole("button", { name }).first().click();
  await page.goto(`${origin}/login`);
  await page.getByLabel("Email").click();
  await type("Email", email);
  await page.keyboard.press("Tab");
  await type("Password", password);
  await press("Continue");
  await sendCode("Log in");
  await page
    .getByRole("link", { name: /Acme Payments/ })
    .first()
    .click();
  await page.getByRole("link", { name: "API keys", exact: true }).click();
  await press("Generate API key");
  await sendCode("Generate");
  await press(/^Activate key/);
  await expect(page.getByLabel("IP addresses")).toBeFocused();
  await page.keyboard.press("Tab");
  await sendCode("Activate");
  const secret = (await page.getByLabel("Secret key", { exact: true }).textContent()) ?? "";
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("dialog").getByRole("button", { name: "Copy secret key" }).click();
  await expect.poll(copied).toBe(secret);
  await press("Done");
  const strip = page.getByRole("region", { name: "First request" });
  await strip.getByRole("button", { name: /^Copy/ }).click();
  await expect.poll(copied).toContain("your-secret-key");
  const { stdout } = await run("bash", ["-euc", (await copied()).replace("your-secret-key", secret)]);
  expect(stdout).toContain('"name":"Acme Payments"');
  await expect(strip).toContainText("First request accepted");
}
