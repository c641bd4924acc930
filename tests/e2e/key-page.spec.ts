import { execFileSync } from "node:child_process";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { FINGERPRINT_COMMAND } from "@/lib/api-keys/fingerprint-command";
import { activated, asDatabaseOwner, freshProof, generated, rotated, storedKey, unwrap } from "../kit/people/api-keys";
import { makeMember } from "../kit/people/people";
import { checkAccessibility, test } from "./check-accessibility";
import { expect, logInWithoutForm } from "./fixtures";
import { listen } from "./screen-reader";
import { refused } from "./usage";

const HOURS = `INSERT INTO key_usage (key_number, hour, gateway, flush, accepted, bad_header_key, bad_header_signature, ip_not_allowed, bad_content_format,
    unsupported_media_type, payload_too_large, request_timeout, bad_request, unavailable, other)
  SELECT $1, date_trunc('hour', now(), 'UTC') - n * interval '1 hour', gen_random_uuid(), 1, 100 + n, 0, 0, CASE WHEN n < 2 THEN 200 ELSE 1 END, 0, 0, 0, 0, 0, 0, 0
  FROM generate_series(0, 23) n`;

/** A day of requests, refusals of an address that is not allowed, and where they came from. */
async function busyDay(number: number): Promise<void> {
  await asDatabaseOwner(HOURS, [number]);
  await asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush) VALUES
       (gen_random_uuid(), $1, 'ip_not_allowed', '198.51.99.77', now() - interval '2 hours', now(), 400, NULL, NULL, 1),
       (gen_random_uuid(), $1, 'bad_header_signature', '45.33.32.7', now() - interval '3 hours', now() - interval '1 hour', 31, 'json_python', now() - interval '1 hour', 1)`,
    [number],
  );
  await asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, now(), '45.33.32.7')", [
    number,
  ]);
  await asDatabaseOwner(
    `INSERT INTO key_sources (key_number, day, gateway, source, count, last_at, flush)
     VALUES ($1, now()::date, gen_random_uuid(), '45.33.32.7', 2600, now(), 1), ($1, now()::date, gen_random_uuid(), '2600:1f18:40::/64', 90, now(), 1)`,
    [number],
  );
}

const addressOf = (merchantId: string, number: number) => `/merchants/${merchantId}/api-keys/${number}`;

test("the page of an active key leads to the one on standby, which takes over from it", async ({
  tab: { page, desk },
}) => {
  const { id, number } = await activated(desk.owner);
  await page.goto(addressOf(desk.owner.merchantId, number));
  await expect(page.getByRole("button", { name: "Rotate" })).toBeVisible();
  const next = await rotated(desk.owner, id);
  await page.reload();
  await expect(page.getByRole("button", { name: "Rotate" })).toHaveCount(0);
  await expect(page.getByText(`Key ${next.number} is on standby.`)).toBeVisible();
  await page.getByRole("link", { name: `Key ${next.number}` }).click();
  await expect(page.getByRole("heading", { name: `Key ${next.number}` })).toBeVisible();
});

test("an Owner's page of a key shows what happens to it and what it is, and has no accessibility violations", async ({
  tab: { page, desk },
}) => {
  const { id, number } = await activated(desk.owner, { allowedIps: ["45.33.32.7", "2600:1f18:40::/48"] });
  await busyDay(number);
  await page.goto(addressOf(desk.merchant.id, number));
  await expect(page).toHaveTitle(new RegExp(`^Key ${number} · ${desk.merchant.name}`));
  await expect(page.getByRole("img", { name: /^Accepted requests, 2,676 in all, peak 123 an hour/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Refused requests, 422 in all, peak 200 an hour/ })).toBeVisible();
  await expect(page.getByText("Refusals rose at")).toBeVisible();
  await expect(page.getByText((await storedKey(id)).fingerprint ?? "none", { exact: true })).toBeVisible();
  const addresses = page.getByRole("table", { name: "Addresses that sent requests" });
  await expect(addresses.getByRole("row").filter({ hasText: "2600:1f18:40::/64" })).toContainText(
    "allowed by 2600:1f18:40::/48",
  );
  await expect(addresses.getByRole("row").filter({ hasText: "198.51.99.77" })).toContainText("not allowed");
  await page.getByText("Show as a table").click();
  await expect(page.getByRole("table", { name: /^Requests by time/ }).getByRole("row")).toHaveCount(25);
  await checkAccessibility(page, "key page");
  await page.getByRole("link", { name: "30 days" }).click();
  await expect(page.getByRole("img", { name: /^Accepted requests, 2,676 in all, peak .* a day/ })).toBeVisible();
  await checkAccessibility(page, "key page, 30 days");
});

test("where refusals rose, a source is named only if more than half of them came from it", async ({
  tab: { page, desk },
}) => {
  const { number } = await activated(desk.owner);
  await busyDay(number);
  await page.goto(addressOf(desk.merchant.id, number));
  const rise = page.locator("p").filter({ hasText: "Refusals rose at" });
  await expect(rise).toContainText(`Most came from 198.51.99.77, which key ${number} does not accept.`);
  await refused(number, "bad_header_signature", "198.51.99.77");
  await page.reload();
  await expect(rise).toContainText("Most came from 198.51.99.77. See the refusals");
  await refused(number, "bad_header_signature", "198.51.100.1", 400);
  await page.reload();
  await expect(rise).toHaveText(/^Refusals rose at \d\d:00 UTC\. See the refusals$/);
});

test("a time under the pointer is told in the user's own time zone", async ({ tab: { page, desk } }) => {
  const { number } = await activated(desk.owner);
  await busyDay(number);
  await page.goto(addressOf(desk.merchant.id, number));
  const last = page.getByRole("heading", { level: 1 }).locator("xpath=../..").locator("time").last();
  const own = await last.evaluate((time: HTMLTimeElement) =>
    new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" }),
  );
  await expect(async () => {
    await last.hover();
    await expect(last).toHaveAttribute("title", own, { timeout: 1_000 });
    await page.mouse.move(0, 0);
  }).toPass();
});

test("the ten busiest addresses are shown; a link shows all of them", async ({ tab: { page, desk } }) => {
  const { number } = await activated(desk.owner);
  await asDatabaseOwner(
    `INSERT INTO key_sources (key_number, day, gateway, source, count, last_at, flush)
     SELECT $1, now()::date, gen_random_uuid(), '45.33.32.' || n, n, now(), 1 FROM generate_series(1, 12) n`,
    [number],
  );
  await page.goto(`${addressOf(desk.merchant.id, number)}?period=week`);
  const rows = page.getByRole("table", { name: "Addresses that sent requests" }).locator("tbody").getByRole("row");
  await expect(rows).toHaveCount(10);
  await expect(rows.first()).toContainText("45.33.32.12");
  await page.getByRole("link", { name: "See all 12 addresses" }).click();
  await expect(rows).toHaveCount(12);
  await expect(page.getByRole("link", { name: "7 days" })).toHaveAttribute("aria-current", "true");
  await expect(page.getByRole("link", { name: /^See all \d+ addresses/ })).toHaveCount(0);
});

test("a key that was never used says how to begin", async ({ tab: { page, desk } }) => {
  const { number } = await activated(desk.owner);
  await page.goto(addressOf(desk.merchant.id, number));
  await expect(page.getByText("Send a signed request:")).toBeVisible();
  await checkAccessibility(page, "key page, unused");
});

test("an address is allowed with a code; its button disappears and the focus is not lost", async ({ tab: keys }) => {
  const { page, desk } = keys;
  const { id, number } = await activated(desk.owner, { allowedIps: ["45.33.32.7"] });
  await busyDay(number);
  await page.goto(`${addressOf(desk.merchant.id, number)}/refusals`);
  await checkAccessibility(page, "refusals with an action");
  const button = page.getByRole("button", { name: "Allow this address: 198.51.99.77" });
  await button.click();
  await expect(keys.dialog.getByRole("heading")).toContainText(`Allow 198.51.99.77 for key ${number}`);
  await expect(keys.dialog).toContainText("It sent 400 requests, all with the right signature.");
  await checkAccessibility(page, "allow this address");
  const { hears } = await listen(page);
  await keys.confirm("Allow", "000000");
  await hears(/^said: That code did not match/);
  await keys.confirm("Allow");
  await hears(`said: 198.51.99.77 allowed for key ${number}`);
  await expect(button).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  expect((await storedKey(id)).allowedIps).toEqual(["45.33.32.7", "198.51.99.77"]);
  await page.getByRole("link", { name: "Signature", exact: true }).click();
  await expect(page.getByText("The address is not allowed")).toHaveCount(0);
});

test("a note is written with a code, appears in the list, and cannot hold a secret", async ({ tab: keys }) => {
  const { page, desk } = keys;
  const { number, secret } = await activated(desk.owner);
  await page.goto(addressOf(desk.merchant.id, number));
  await page.getByRole("button", { name: "Add a note" }).click();
  const { hears } = await listen(page);
  const posted: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posted.push(request.postData() ?? ""));
  await keys.dialog.getByLabel("Note").fill(secret);
  await keys.confirm("Save", "000000");
  await hears(/^said: .*secret/);
  expect(posted).toEqual([]);
  await keys.dialog.getByLabel("Note").fill("  Billing   server ");
  await checkAccessibility(page, "note");
  await keys.confirm("Save");
  await hears(`said: Note of key ${number} saved`);
  await expect(page.getByText("Billing server", { exact: true })).toBeVisible();
  await expect(page.getByText("Note changed")).toBeVisible();
  await keys.open();
  await expect(keys.row({ number })).toContainText("Billing server");
});

test("the command beside the fingerprint computes the fingerprint", async ({ tab: keys }) => {
  const { page, desk } = keys;
  const { id, number, secret } = await activated(desk.owner);
  await page.goto(addressOf(desk.merchant.id, number));
  await page.getByRole("button", { name: "How to compute it" }).click();
  const command = (await keys.dialog.locator("pre").textContent()) ?? "";
  expect(command).toBe(FINGERPRINT_COMMAND);
  const printed = execFileSync("bash", ["-euc", command], {
    env: { ...process.env, COUNTERSIGN_SECRET: secret },
    encoding: "utf8",
  });
  expect(printed.trim()).toBe((await storedKey(id)).fingerprint);
  await checkAccessibility(page, "fingerprint");
});

test("a deactivated key has a receipt with its four facts, to copy and to download", async ({
  tab: { page, desk },
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { id, number } = await activated(desk.owner);
  await busyDay(number);
  unwrap(await deactivateKey(desk.owner.member, { keyId: id, reason: "rotating" }, freshProof(desk.owner)));
  await page.goto(addressOf(desk.merchant.id, number));
  const receipt = page.getByRole("region", { name: "Receipt of the deactivation" });
  for (const fact of [
    "Last accepted request",
    "Deactivation recorded",
    "Refused by all gateways",
    "Last refused request",
  ])
    await expect(receipt.getByText(fact, { exact: true })).toBeVisible();
  await expect(receipt.getByText("since the deactivation", { exact: true })).toBeVisible();
  await expect(receipt).toContainText(desk.owner.email);
  await expect(receipt).not.toContainText("s after the commit");
  const [stop] = await asDatabaseOwner(
    "SELECT id::text AS event FROM audit_events WHERE api_key_id = $1 AND event = 'api_key.refused_everywhere'",
    [id],
  );
  await expect(receipt).toContainText(`Recorded as audit event ${stop?.event}.`);
  await checkAccessibility(page, "receipt");
  await receipt.getByRole("button", { name: "Copy as text" }).click();
  const text = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(text).toContain(`Receipt of the deactivation of API key ${number}`);
  expect(await text()).toContain(`Recorded as: audit event ${stop?.event}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    receipt.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`receipt-of-key-${number}.txt`);
});

for (const role of ["view", "exchange", "limits"] as const)
  test(`${role} sees a key's activity, but neither the key, its fingerprint, its addresses nor who changed it`, async ({
    page,
    context,
    desk,
  }) => {
    const { id, number } = await activated(desk.owner, { allowedIps: ["45.33.32.9"] });
    await busyDay(number);
    const member = await makeMember(role, desk.merchant.id);
    await logInWithoutForm(context, member);
    await page.goto(addressOf(desk.merchant.id, number));
    await expect(page.getByRole("heading", { level: 1, name: `Key ${number}` })).toBeVisible();
    await expect(page.getByText("The address is not allowed")).toBeVisible();
    const { key, fingerprint } = await storedKey(id);
    const content = await page.content();
    for (const hidden of [key, fingerprint ?? "none", "45.33.32.9", desk.owner.email])
      expect(content).not.toContain(hidden);
    await expect(page.getByRole("button", { name: /Deactivate|Allow|note|Edit/ })).toHaveCount(0);
    if (role === "view") await checkAccessibility(page, "key page, View");
  });

test("another merchant's key, and one that does not exist, are not found", async ({ tab: { page, desk } }) => {
  const other = await makeMember("owner");
  const { number } = await generated(other);
  for (const wanted of [number, 999_999_999, "0", "1e3"]) {
    const response = await page.goto(`/merchants/${desk.merchant.id}/api-keys/${wanted}`);
    expect(response?.status()).toBe(404);
  }
});

test("the overview shows an Owner the active key's health and what is worth a look, each with a link", async ({
  tab: { page, desk },
}) => {
  const { number } = await activated(desk.owner);
  await busyDay(number);
  await page.goto(`/merchants/${desk.merchant.id}`);
  const look = page.getByRole("region", { name: "Worth a look" });
  for (const title of [
    /^Refusals rose at \d\d:00 UTC$/,
    `Key ${number} accepts requests from any address`,
    "1 member has no passkey",
  ])
    await expect(look.getByText(title)).toBeVisible();
  await expect(look).toContainText("400 requests with the right signature came from 198.51.99.77");
  await expect(page.getByText("Without a passkey").locator("..")).toContainText("1 of 1");
  await checkAccessibility(page, "overview, worth a look");
  await look
    .getByRole("link", { name: `See key ${number}` })
    .first()
    .click();
  await expect(page.getByRole("heading", { level: 1, name: `Key ${number}` })).toBeVisible();
});

test("keys are searched by ID, key and note; a pasted secret is removed from the field and never sent", async ({
  tab: keys,
}) => {
  const { page, desk } = keys;
  const numbers: number[] = [];
  for (let n = 0; n < 8; n++) numbers.push((await generated(desk.owner)).number);
  const { number, secret } = await activated(desk.owner);
  await keys.open();
  const field = page.getByLabel("Search by ID, key or note");
  await checkAccessibility(page, "keys, search");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const { hears } = await listen(page);
  await field.fill(secret);
  await hears("said: That looks like a secret key, so it was not used or stored.");
  await expect(field).toHaveValue("");
  await field.press("Enter");
  expect(asked.join()).not.toContain(secret.slice(0, 8));
  await field.fill(String(numbers[2]));
  await field.press("Enter");
  await expect(page.getByText("1 key found.")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: String(numbers[2]) })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: String(number) })).toHaveCount(0);
  await page.getByRole("link", { name: "Show all keys" }).click();
  await expect(page.getByRole("row").filter({ hasText: String(number) })).toBeVisible();
});
