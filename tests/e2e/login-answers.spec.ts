import type { Page } from "@playwright/test";
import { makeMember, makeOwner, type Person } from "../kit/people/people";
import { codeOf } from "../kit/people/totp";
import { confirmDevice, enter, invite } from "./first-login";
import { expect, test } from "./fixtures";
import { listen } from "./screen-reader";

/*
 * As a screen reader user hears it: every refusal is announced, even one sent with Enter, and
 * disappears when the refused input is changed.
 */

const SHORT = "A 2FA code is six digits. Enter the code your authenticator app shows now.";

async function toCode(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Password").press("Enter");
  await expect(page.getByLabel("2FA code")).toBeFocused();
}

type Ear = Awaited<ReturnType<typeof listen>>;

/** Expects this many announcements of the sentence since the page was loaded. */
const says = (ear: Ear, sentence: string, times = 1) =>
  expect.poll(async () => (await ear.heard()).filter((line) => line === `said: ${sentence}`).length).toBe(times);

test("an empty login field is announced and focused; the error clears when it is filled in", async ({ page }) => {
  await page.goto("/login");
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  const ear = await listen(page);
  for (const [label, sentence] of [
    ["Email", "Enter your email address."],
    ["Password", "Enter your password."],
  ] as const) {
    await page.getByLabel(label).press("Enter");
    await says(ear, sentence);
    await expect(page.getByLabel(label)).toBeFocused();
    await page.getByLabel(label).fill("mara@acme.example");
    await expect(page.locator("form").getByText(sentence)).toHaveCount(0);
  }
});

test("a code that is too short is announced on each Enter; the error clears when it is changed", async ({ page }) => {
  await toCode(page, await makeOwner());
  const ear = await listen(page);
  const code = page.getByLabel("2FA code");
  for (const times of [1, 2]) {
    await code.fill("12");
    await code.press("Enter");
    await says(ear, SHORT, times);
    await expect(code).toHaveAttribute("aria-invalid", "true");
  }
  await code.fill("123");
  await expect(code).not.toHaveAttribute("aria-invalid");
  await expect(page.locator("form").getByText(SHORT)).toHaveCount(0);
});

test("a refused login is announced, with what five wrong codes do, and the password has the focus", async ({
  page,
}) => {
  const owner = await makeOwner();
  await toCode(page, { ...owner, password: "not the password" });
  const ear = await listen(page);
  await page.getByLabel("2FA code").fill("123456");
  await page.getByLabel("2FA code").press("Enter");
  const refused =
    "The email, password or code is wrong. Check them and use a new code. Five wrong codes lock codes for 30 minutes.";
  await says(ear, refused);
  await expect(page.getByLabel("Password")).toBeFocused();
  await page.getByLabel("Password").fill("another");
  await expect(page.locator("form").getByText(refused)).toHaveCount(0);
});

async function listenAfter(page: Page, act: () => Promise<void>): Promise<Ear> {
  const ear = await listen(page);
  await act();
  return ear;
}

async function expectQuietFocus(page: Page, title: string): Promise<void> {
  const heading = page.getByRole("heading", { name: title });
  await expect(heading).toBeFocused();
  expect(await heading.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe("none");
}

test("the Restricted page focuses its heading, without a focus ring", async ({ page }) => {
  const member = await makeMember("restricted");
  await toCode(page, member);
  await page.getByLabel("2FA code").fill(codeOf(member));
  await page.getByLabel("2FA code").press("Enter");
  await expectQuietFocus(page, "Your access is restricted");
});

test("each step of the first login focuses its heading and announces its errors", async ({ page, desk }) => {
  const { email, link, temporary } = await invite(desk.owner);
  await page.goto(link);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  await says(await listenAfter(page, () => page.getByLabel("Email").press("Enter")), "Enter your email address.");
  await enter(page, link, email, temporary);
  await expectQuietFocus(page, "Add your authenticator app");
  const ear = await listen(page);
  await page.getByLabel("2FA code").fill("12");
  await page.getByLabel("2FA code").press("Enter");
  await says(ear, SHORT);
  await page.getByLabel("2FA code").fill("123");
  await expect(page.locator("form").getByText(SHORT)).toHaveCount(0);
  const { used } = await confirmDevice(page);
  await expectQuietFocus(page, "Log in with your new code");
  await page.getByLabel("Temporary password").fill(temporary);
  await page.getByLabel("2FA code").fill(used);
  await page.getByLabel("2FA code").press("Enter");
  await says(ear, "You already used this code. Enter the next one.");
});

async function logIn(page: Page, person: Person): Promise<string> {
  const code = codeOf(person);
  await toCode(page, person);
  await page.getByLabel("2FA code").fill(code);
  await page.getByLabel("2FA code").press("Enter");
  await expect(page).toHaveURL(/\/merchants/);
  return code;
}

test("a code that this tab already used is refused before it is sent, with the seconds until the next one", async ({
  page,
  context,
}) => {
  const owner = await makeOwner();
  const used = await logIn(page, owner);
  await context.clearCookies();
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await toCode(page, owner);
  await page.getByLabel("2FA code").fill(used);
  await page.getByLabel("2FA code").press("Enter");
  await expect(page.locator("form").getByText("You already used this code. Enter the next one.")).toBeVisible();
  expect(posts).toEqual([]);
});

test("after a used code the login counts down to the next one, and no status region keeps a time that is over", async ({
  page,
}) => {
  const now = Date.now();
  await page.clock.setFixedTime(now);
  await page.goto("/login");
  await page.evaluate((at) => sessionStorage.setItem("countersign.used-code", `123456 ${at}`), now + 25_000);
  await toCode(page, await makeOwner());
  await expect(page.getByText("You already used the current code. Enter the next one.")).toBeVisible();
  await expect(page.getByText(/Next code in\s*25 s/)).toBeVisible();
  await page.clock.setFixedTime(now + 5_000);
  await expect(page.getByText(/Next code in\s*20 s/)).toBeVisible();
  const said = (words: string) => page.getByRole("status").filter({ hasText: words });
  await page.clock.setFixedTime(now + 10_000);
  await expect(said("Next code in 15 s.")).toHaveCount(1);
  await page.clock.setFixedTime(now + 13_000);
  await expect(said("Next code in 15 s.")).toHaveCount(0);
  await page.clock.setFixedTime(now + 25_000);
  await expect(said("Your authenticator app shows the next code now.")).toHaveCount(1);
});

test("six wrong digits are red and focused", async ({ keys }) => {
  await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
  const code = keys.dialog.getByLabel("2FA code");
  await code.fill("123456");
  const [before] = await looks(keys.page);
  await code.press("Enter");
  await expect(code).toHaveAttribute("aria-invalid", "true");
  await expect(code).toBeFocused();
  const [digits, box, danger] = await looks(keys.page);
  expect([digits, box]).toEqual([danger, danger]);
  expect(before).not.toBe(danger);
});

/** The colours of the digits, of a box, and of danger. */
const looks = (page: Page) =>
  page.evaluate(() => {
    const probe = document.body.appendChild(
      Object.assign(document.createElement("i"), { style: "color: var(--danger)" }),
    );
    const danger = getComputedStyle(probe).color;
    probe.remove();
    const [input, box] = [document.querySelector(".otp input"), document.querySelector(".otp i")] as Element[];
    return [getComputedStyle(input as Element).color, getComputedStyle(box as Element).borderTopColor, danger];
  });

test("a browser whose last login used a passkey offers the passkey first", async ({ page }) => {
  await page.goto("/login");
  await page.evaluate(() => localStorage.setItem("countersign.passkey", "1"));
  await page.getByLabel("Email").fill("someone@acme.example");
  await page.getByLabel("Password").fill("whatever it is");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("button", { name: "Confirm with passkey" })).toBeFocused();
  await page.getByRole("button", { name: "Use a code instead" }).click();
  await expect(page.getByLabel("2FA code")).toBeFocused();
});
