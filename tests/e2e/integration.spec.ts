import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { VECTOR } from "@/lib/words/integration/vector";
import { activated, asDatabaseOwner } from "../kit/people/api-keys";
import { makeMember } from "../kit/people/people";
import { checkAccessibility, test } from "./check-accessibility";
import { expect, logInWithoutForm } from "./fixtures";

const SECRET = "n0tForAnybodyElse".repeat(4).slice(0, 64);
const hmac = (data: string, secret = SECRET) => createHmac("sha512", secret).update(data);

async function enter(page: Page, body: string, signature: string, secret = SECRET): Promise<void> {
  await page.getByLabel("Body, exactly as sent").fill(body);
  await page.getByLabel("X-Processing-Signature").fill(signature);
  await page.getByLabel("Secret key", { exact: true }).fill(secret);
}
const verdict = (page: Page) => page.getByRole("status").filter({ hasText: /./ }).first();

for (const role of ["view", "exchange", "limits", "owner"] as const)
  test(`the role ${role} sees the tab Integration, which has no accessibility violations`, async ({
    page,
    context,
  }) => {
    const member = await makeMember(role);
    await logInWithoutForm(context, member);
    await page.goto(`/merchants/${member.merchantId}`);
    await page.getByRole("link", { name: "Integration", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Integration" })).toBeVisible();
    await expect(page.getByRole("link", { name: "API keys", exact: true })).toHaveCount(role === "owner" ? 1 : 0);
    if (role === "view") await checkAccessibility(page, "integration");
  });

test("the tab links to each of its parts by its heading, and to the description of the API", async ({
  tab: { page },
  desk,
}) => {
  await page.goto(`/merchants/${desk.merchant.id}/integration`);
  const headings = await page.getByRole("main").getByRole("heading", { level: 2 }).allTextContents();
  const links = page.getByRole("navigation", { name: "On this page" }).getByRole("link");
  expect(await links.allTextContents()).toEqual(headings);
  await expect(page.getByRole("link", { name: "openapi.json" })).toHaveAttribute("href", "/openapi.json");
});

test("each language's program is copied exactly as shown", async ({ tab: { page }, context, desk }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/merchants/${desk.merchant.id}/integration`);
  for (const [language, mark] of [
    ["Python", "import hashlib"],
    ["Ruby", 'require "json"'],
  ] as const) {
    await page.getByRole("tab", { name: language }).click();
    await page.getByRole("button", { name: `Copy: the ${language} program` }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(mark);
  }
});

test("the checker says that a signature is right, names a mistake with the right value, or says that it knows none", async ({
  tab: { page },
  desk,
}) => {
  await page.goto(`/merchants/${desk.merchant.id}/integration`);
  await enter(page, VECTOR.body, VECTOR.signature, VECTOR.secret);
  await expect(verdict(page)).toContainText("The signature is right.");
  await page.getByLabel("X-Processing-Signature").fill(hmac(VECTOR.body, VECTOR.secret).digest("base64"));
  await expect(verdict(page)).toContainText("The signature is written in Base64.");
  await expect(verdict(page)).toContainText(VECTOR.signature.slice(0, 8));
  await checkAccessibility(page, "checker, a mistake");
  await page.getByLabel("X-Processing-Signature").fill("0".repeat(128));
  await expect(verdict(page)).toContainText("No mistake we know of explains it.");
  await page.getByLabel("Body, exactly as sent").fill('{ "currency": "BTC", "foreign_id": "123456" }');
  await page.getByLabel("X-Processing-Signature").fill(VECTOR.signature);
  await expect(verdict(page)).toContainText("The body that was signed");
  await enter(page, VECTOR.body, hmac(VECTOR.body, SECRET.slice(1)).digest("hex"), SECRET.slice(1));
  await expect(verdict(page)).toContainText("The secret key has 63 of 64 characters.");
  await expect(page.getByRole("button", { name: "Copy the signature" })).toHaveCount(0);
});

test("a chosen file is used as the body, byte for byte", async ({ tab: { page }, desk }) => {
  await page.goto(`/merchants/${desk.merchant.id}/integration`);
  const body = Buffer.from([0x7b, 0x7d, 0xff, 0x0d, 0x0a]);
  await enter(page, "", createHmac("sha512", SECRET).update(body).digest("hex"));
  await page.locator("summary", { hasText: "A file as the body" }).filter({ hasText: "Optional" }).click();
  await page
    .getByLabel("Body from a file")
    .setInputFiles({ name: "body.json", mimeType: "application/json", buffer: body });
  await expect(verdict(page)).toContainText("The signature is right, but the body is not.");
  await expect(verdict(page)).toContainText("The body is not JSON.");
});

test("input of the checker is never sent or stored, and is gone when the page is left", async ({
  tab: { page },
  desk,
}) => {
  const sent: string[] = [];
  const url = `/merchants/${desk.merchant.id}/integration`;
  await page.goto(url);
  page.on("request", (request) =>
    sent.push(request.url() + (request.postData() ?? "") + JSON.stringify(request.headers())),
  );
  await enter(page, '{"a":1}', hmac('{"a":1}').digest("hex"));
  await expect(verdict(page)).toContainText("The signature is right.");
  expect(sent).toEqual([]);
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state]),
  );
  expect(stored).not.toContain(SECRET.slice(0, 16));
  expect(await page.locator("form [name]").count()).toBe(0);
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel("Secret key", { exact: true })).toHaveValue("");
  expect(sent.join()).not.toContain(SECRET.slice(0, 16));
});

test("a key's refused requests are listed with their likely mistake, a sent secret in red", async ({
  tab: { page },
  desk,
}) => {
  const { number } = await activated(desk.owner);
  const refused = (reason: string, mistake: string | null, looked: boolean) =>
    asDatabaseOwner(
      `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
       VALUES (gen_random_uuid(), $1, $2, '198.51.100.77', now(), now(), 31, $3, CASE WHEN $4 THEN now() ELSE now() - interval '1 hour' END, 1)`,
      [number, reason, mistake, looked],
    );
  await refused("bad_header_signature", "json_python", true);
  await refused("ip_not_allowed", null, false);
  const url = `/merchants/${desk.merchant.id}/api-keys/${number}/refusals`;
  await page.goto(url);
  await expect(page.getByText("Likely the JSON was written again after signing")).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "secret key" })).toHaveCount(0);
  await refused("secret_sent", "secret_sent", true);
  await page.goto(url);
  await expect(page.getByRole("alert").filter({ hasText: `The secret key of key ${number} was sent` })).toBeVisible();
  await checkAccessibility(page, "refused requests");
});

test("refused requests of another merchant's key are not found", async ({ tab: { page }, desk }) => {
  const other = await makeMember("owner");
  const { number } = await activated(other);
  const response = await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}/refusals`);
  expect(response?.status()).toBe(404);
});
