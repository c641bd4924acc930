import { expect } from "@playwright/test";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { nextCode } from "../kit/people/totp";
import { accepted, signed } from "./signed";
import { endBrowser, test } from "./with-cache";

// The only journey in real time: no step is rewound, so the test waits for every 2FA code as a
// person does.
test.afterAll(endBrowser);

test("an Owner logs in, generates and activates a key, sees the secret once, signs a request, deactivates, and no request is accepted again", async ({
  fresh: page,
  desk,
}) => {
  const { owner, merchant } = desk;
  let used: string | null = null;
  const code = async () => {
    used = await nextCode(owner.seed, used);
    return used;
  };

  await test.step("log in with e-mail, password and a code", async () => {
    await page.goto("/login");
    await page.getByLabel("Email").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("2FA code").fill(await code());
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page).toHaveURL(`/merchants/${merchant.id}`);
  });

  await test.step("generate a key", async () => {
    await page.getByRole("link", { name: "API keys" }).first().click();
    await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Generate API key" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("2FA code").fill(await code());
    await dialog.getByRole("button", { name: "Generate", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText("Generated", { exact: true })).toBeVisible();
  });

  const key = (await page.locator("[data-kind=key]").first().textContent()) ?? "";
  expect(key).toMatch(/^[A-Za-z0-9]{32}$/);

  const secret = await test.step("activate it and read the secret, as text and as QR code", async () => {
    await page
      .getByRole("button", { name: /^Activate/ })
      .first()
      .click();
    await page
      .getByRole("dialog")
      .getByLabel("2FA code")
      .fill(await code());
    await page.getByRole("dialog").getByRole("button", { name: "Activate", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "API key activated" });
    await expect(dialog).toContainText("Displayed only once. Save it now. Do not share it with anyone.");
    const output = dialog.getByLabel("Secret key", { exact: true });
    expect(await output.evaluate((element) => element.tagName)).toBe("OUTPUT");
    const text = (await output.textContent()) ?? "";
    expect(text).toMatch(/^[A-Za-z0-9]{64}$/);
    const toggle = dialog.getByRole("switch", { name: "Secret key QR code" });
    if (!(await toggle.isChecked())) await toggle.click();
    const { data, width, height } = PNG.sync.read(
      await dialog.getByRole("img", { name: /QR code/ }).screenshot({ scale: "css" }),
    );
    expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(text);
    return text;
  });

  await test.step("Escape and a click outside keep the secret's dialog open; Done clears it", async () => {
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    await expect(page.getByRole("dialog", { name: "API key activated" })).toBeVisible();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
    expect(await page.content()).not.toContain(secret);
  });

  await test.step("a signed request is accepted", async () => {
    await accepted({ key, secret });
    const { data } = JSON.parse((await signed({ key, secret })).body);
    expect(data.merchant).toEqual({ id: merchant.id, name: merchant.name });
    expect(data.ip_rule).toBeDefined();
  });

  await test.step("Back after Done, from the back-forward cache, shows no secret", async () => {
    await page.getByRole("link", { name: "Overview" }).click();
    await expect(page).toHaveURL(`/merchants/${merchant.id}`);
    await page.goBack();
    await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
    expect(await page.content()).not.toContain(secret);
  });

  await test.step("deactivate it, with progress until no gateway can accept the key", async () => {
    await page
      .getByRole("button", { name: /^Deactivate/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Replacing it" }).check();
    await dialog.getByLabel("2FA code").fill(await code());
    await dialog.getByRole("button", { name: "Deactivate", exact: true }).click();
    await expect(page.getByRole("dialog")).toContainText(/is deactivated|was deactivated|Deactivated/);
    const refused = await signed({ key, secret });
    expect(refused).toEqual({ status: 403, body: '{"error":"Bad key header","code":"bad_header_key"}' });
  });
});
