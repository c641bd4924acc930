import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { newSecret } from "@/lib/api-keys/key-pair";
import { generated, storedKey } from "../kit/people/api-keys";
import { makePerson } from "../kit/people/people";
import { expect, test } from "./fixtures";
import { untilIdle } from "./idle";
import { field, merchantWithUniqueName, request, sameOriginHeaders, search, staffAt } from "./support-desk";

test.describe("a secret pasted by mistake", () => {
  const secret = newSecret(randomBytes).expose();
  const pastes: [string, string][] = [
    ["alone", secret],
    ["in groups", secret.replace(/(.{4})(?=.)/g, "$1 ")],
    ["in lines", secret.replace(/(.{16})(?=.)/g, "$1\n")],
    ["inside a message", `Hello, our secret key is ${secret}, why is it refused?`],
    ["cut short", secret.slice(0, 50)],
  ];
  for (const [how, text] of pastes) {
    test(`${how} is refused before any request, and is in no address, no field, no storage and no log`, async ({
      page,
      context,
    }) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await staffAt(page);
      await expect(field(page)).toBeEnabled();
      await untilIdle(page);
      const requests: string[] = [];
      page.on("request", (each) =>
        requests.push(`${each.url()} ${each.postData() ?? ""} ${JSON.stringify(each.headers())}`),
      );
      await page.evaluate((it) => navigator.clipboard.writeText(it), text);
      await field(page).focus();
      await page.keyboard.press("ControlOrMeta+V");
      await expect(page.getByText("That looks like a secret key, so it was not searched for.")).toBeVisible();
      await expect(field(page)).toHaveValue("");
      await expect(field(page)).toHaveAccessibleDescription(/secret key/);
      await page.keyboard.press("Enter");
      await field(page).fill(text.replaceAll("\n", " "));
      await expect(field(page)).toHaveValue("");
      await page.keyboard.press("Enter");
      // Anything that the page has sent is seen before this.
      await page.evaluate(() => fetch("/api/health").then((response) => response.text()));
      expect(requests.filter((each) => !each.startsWith(`${process.env.E2E_ORIGIN}/api/health `))).toEqual([]);

      const part = secret.slice(0, 12);
      expect(await page.content()).not.toContain(part);
      expect(page.url()).toBe(`${process.env.E2E_ORIGIN}/support`);
      const kept = await page.evaluate(() => [
        document.title,
        JSON.stringify(localStorage),
        JSON.stringify(sessionStorage),
        JSON.stringify(history.state),
      ]);
      expect(kept.join()).not.toContain(part);
      expect(await readFile(process.env.E2E_LOG as string, "utf8")).not.toContain(part);
    });
  }

  test("sent past the browser is refused by the server, which does not search, echo or log it", async () => {
    const staff = await makePerson({ staff: true });
    for (const [, text] of pastes) {
      const answer = await request("/support/search", staff, sameOriginHeaders(), { text });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        422,
        { ok: false, refusal: { code: "secret_pasted" } },
      ]);
    }
    expect(await readFile(process.env.E2E_LOG as string, "utf8")).not.toContain(secret.slice(0, 12));
  });

  test("a search, above all for an API key, appears in no URL", async ({ page }) => {
    const { owner, name } = await merchantWithUniqueName();
    const { key } = await storedKey((await generated(owner)).id);
    await staffAt(page);
    const urls: string[] = [];
    page.on("request", (each) => urls.push(each.url()));
    await search(page, key);
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await expect(page.getByRole("heading", { name })).toBeVisible();
    expect(urls.join()).not.toContain(key);
    expect(page.url()).not.toContain(key);
    expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain(key);
  });

  test("before hydration the field is disabled and its form sends nothing", async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await staffAt(page);
    await expect(field(page)).toBeDisabled();
    await expect(page.getByRole("button", { name: "Search" })).toBeDisabled();
    expect(await field(page).getAttribute("name")).toBeNull();
    await context.close();
  });
});
