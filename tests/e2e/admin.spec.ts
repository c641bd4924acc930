import { bundleOf } from "../kit/child-env";
import { program } from "../kit/gateway/programs";
import { activated, storedKey } from "../kit/people/api-keys";
import { expect, logInWithoutForm, test } from "./fixtures";
import { accepted, signed } from "./signed";

/** The admin command as `npm run admin` starts it, beside the running app. */
const admin = (...args: string[]) =>
  program(
    { file: bundleOf("admin"), args: [...args, "--yes"] },
    { env: { APP_DATABASE_URL: process.env.APP_DATABASE_URL as string, OPERATOR: "k.osei" } },
  ).ended;

test("the gateway refuses an active key as soon as the operator's command that retires it returns", async ({
  desk,
}) => {
  const { id, number, secret } = await activated(desk.owner);
  const pair = { key: (await storedKey(id)).key, secret };
  await accepted(pair);
  const { code, output } = await admin("retire-key", String(number), "--reason", "compromised");
  expect(await signed(pair)).toEqual({ status: 403, body: '{"error":"Bad key header","code":"bad_header_key"}' });
  expect([code, output]).toEqual([0, expect.stringContaining(`Key ${number} is retired.`)]);
});

test("a user whom an operator disables is logged out of an open browser at the next click", async ({ page, desk }) => {
  await logInWithoutForm(page.context(), desk.owner);
  await page.goto(`/merchants/${desk.merchant.id}`);
  expect((await admin("disable-user", desk.owner.email, "--reason", "left the company")).code).toBe(0);
  await page.getByRole("link", { name: "API keys", exact: true }).first().click();
  await expect(page).toHaveURL(/\/login/);
});
