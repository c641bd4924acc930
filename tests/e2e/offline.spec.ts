import { makeOwner } from "../kit/people/people";
import { codeOf } from "../kit/people/totp";
import { expect, test } from "./fixtures";
import { listen } from "./screen-reader";

const OFFLINE = "You are offline. Nothing was sent.";

test.afterEach(({ context }) => context.setOffline(false));

test("an offline login keeps the input, says that nothing was sent, and succeeds once online", async ({
  page,
  context,
}) => {
  const owner = await makeOwner();
  await page.goto("/login");
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByLabel("Password").press("Enter");
  const { hears } = await listen(page);
  await context.setOffline(true);
  const code = codeOf(owner);
  await page.getByLabel("2FA code").fill(code);
  await page.getByLabel("2FA code").press("Enter");
  await expect(page.locator("form").getByText(OFFLINE)).toBeVisible();
  await hears(`said: ${OFFLINE} Try again when you are back.`);
  await expect(page.getByLabel("2FA code")).toHaveValue(code);
  await context.setOffline(false);
  await page.getByLabel("2FA code").fill(codeOf(owner));
  await page.getByLabel("2FA code").press("Enter");
  await expect(page).toHaveURL(`/merchants/${owner.merchantId}`);
});

test("an offline link stays on its page and says so each time; Try again loads it once online", async ({
  tab,
  context,
}) => {
  const { page } = tab;
  await tab.open();
  const { heard } = await listen(page);
  const says = (times: number) =>
    expect.poll(async () => (await heard()).filter((line) => line.startsWith(`said: ${OFFLINE}`)).length).toBe(times);
  await context.setOffline(true);
  await says(1);
  await page.getByRole("link", { name: "Team", exact: true }).click();
  await says(2);
  await page.getByRole("button", { name: "Try again" }).click();
  await says(3);
  await expect(page).toHaveURL(/api-keys$/);
  await context.setOffline(false);
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await page.getByRole("link", { name: "Team", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Team", exact: true })).toBeVisible();
});
