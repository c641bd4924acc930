import { signedRequest } from "../kit/gateway/signed-request";
import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { listen } from "./screen-reader";
import { accepted, signed } from "./signed";

// What the tab shows after Done: the first signed request of that key, as it comes.

test("after Done the tab waits for the first request, then shows and announces it as refused with its remedy, then as accepted", async ({
  ready: keys,
}) => {
  const { page } = keys;
  const { key, secret } = await keys.activate();
  await keys.done();
  const strip = page.getByRole("region", { name: "First request" });
  await expect(strip).toContainText(/Waiting for the first signed request with key \d+/);
  await expect(strip.locator("pre")).toContainText(`X-Processing-Key: ${key}`);
  expect(await strip.textContent()).not.toContain(secret);
  await checkAccessibility(page, "first request, waiting");

  const { hears } = await listen(page);
  await expect.poll(async () => (await signed({ key, secret: "x".repeat(64) })).status).toBe(403);
  await hears(/^said: First request refused: the signature does not match/);
  await expect(strip).toContainText("Still watching");
  await checkAccessibility(page, "first request, refused");

  await accepted({ key, secret });
  await hears(/^said: First request accepted, \d\d:\d\d:\d\d UTC from 127\.0\.0\.1/);
  await checkAccessibility(page, "first request, accepted");
  await strip.getByRole("button", { name: "Close" }).click();
  await hears("focus: API keys");
  await expect(strip).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
  await expect(strip).toHaveCount(0);
});

test("a first request to a path that does not exist is not called accepted: the signature is right, the path is not", async ({
  ready: keys,
}) => {
  const { page } = keys;
  const { key, secret } = await keys.activate();
  await keys.done();
  const strip = page.getByRole("region", { name: "First request" });
  await expect.poll(async () => (await signed({ key, secret, path: "/whoami/" })).status).toBe(404);
  await expect(strip).toContainText("First request refused: nothing is at this path");
  await expect(strip).toContainText("The signature is right, but nothing was done. The path ends with a slash.");
  await expect(strip).toContainText("Still watching");
  await expect(strip.getByRole("link", { name: "Address of the API" })).toHaveAttribute("href", /integration#address$/);
  await expect(strip.getByRole("link", { name: "Check a signature" })).toHaveCount(0);
  await accepted({ key, secret });
  await expect(strip).toContainText("First request accepted");
});

test("the wait for the first request survives a reload and ends with its button", async ({ ready: keys }) => {
  await keys.activate();
  await keys.done();
  const strip = keys.page.getByRole("region", { name: "First request" });
  await expect(strip).toBeVisible();
  await keys.page.reload();
  await expect(strip).toContainText("Waiting for the first signed request");
  await strip.getByRole("button", { name: "Stop watching" }).click();
  await expect(keys.page.getByRole("heading", { name: "API keys", exact: true })).toBeFocused();
  await expect(strip).toHaveCount(0);
});

test("a first request from an address that is not allowed is shown with a button to allow it", async ({
  ready: keys,
}) => {
  const { page } = keys;
  const { key, secret } = await keys.activate("45.33.32.7");
  await keys.done();
  await expect.poll(async () => (await signedRequest({ key, secret, from: "45.33.32.99" })).status).toBe(403);
  const strip = page.getByRole("region", { name: "First request" });
  await expect(strip).toContainText("First request refused: the address is not allowed");
  await strip.getByRole("button", { name: /^Allow this address/ }).click();
  await expect(keys.dialog).toContainText("beside the 1 address allowed now");
  await keys.confirm("Allow");
  await expect(keys.dialog).toBeHidden();
  await accepted({ key, secret, from: "45.33.32.99" });
  await expect(strip).toContainText("First request accepted");
});
