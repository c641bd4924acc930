import { expireRotations } from "@/lib/worker/jobs/rotations";
import { rotationOver } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { ADDRESSES, activeKey, rotating } from "./rotating";
import { signed } from "./signed";

// Every state of a rotation, as in accessible.spec.ts.

test("the dialog that rotates a key has no accessibility violations", async ({ tab }) => {
  await activeKey(tab.desk, ADDRESSES);
  await tab.open();
  await tab.press(/^Rotate key/);
  await expect(tab.dialog).toBeVisible();
  await checkAccessibility(tab.page, "rotate");
});

test("the pair that a rotation made has no accessibility violations", async ({ tab }) => {
  await activeKey(tab.desk, ADDRESSES);
  await tab.open();
  await tab.press(/^Rotate key/);
  await tab.confirm("Rotate");
  await expect(tab.dialog).toContainText("is on standby");
  await checkAccessibility(tab.page, "rotated");
});

for (const takesOver of ["first_request", "manual"] as const) {
  test(`the tab with a key on standby has no accessibility violations: ${takesOver}`, async ({ tab }) => {
    const { old } = await rotating(tab.desk, takesOver, ADDRESSES);
    await tab.open();
    await expect(tab.page.getByRole("region", { name: `Rotation of key ${old.number}` })).toBeVisible();
    await checkAccessibility(tab.page, `rotation, ${takesOver}`);
  });
}

test("the dialog that takes over has no accessibility violations, before and after", async ({ tab }) => {
  const { next } = await rotating(tab.desk, "manual", ADDRESSES);
  await tab.open();
  await tab.press(/^Take over now/);
  await expect(tab.dialog).toBeVisible();
  await checkAccessibility(tab.page, "take over");
  await tab.confirm("Take over now");
  await expect(tab.dialog).toContainText(`Key ${next.number} took over`);
  await checkAccessibility(tab.page, "taken over");
});

test("the dialog that cancels a rotation has no accessibility violations", async ({ tab }) => {
  await rotating(tab.desk);
  await tab.open();
  await tab.press(/^Cancel rotation/);
  await expect(tab.dialog).toBeVisible();
  await checkAccessibility(tab.page, "cancel rotation");
});

test("the dialog that deactivates a key while another is on standby has no accessibility violations", async ({
  tab,
}) => {
  await rotating(tab.desk);
  await tab.open();
  await tab.press(/^Deactivate/);
  await expect(tab.dialog.getByRole("radio", { name: "Take over now" })).toBeVisible();
  await checkAccessibility(tab.page, "deactivate, with one on standby");
});

test("the tab after a rotation that expired has no accessibility violations", async ({ tab }) => {
  const { next } = await rotating(tab.desk);
  await rotationOver(next.id);
  await expireRotations();
  await tab.open();
  await expect(tab.page.getByText(/^The rotation ended on/)).toBeVisible();
  await checkAccessibility(tab.page, "rotation, expired");
});

test("the tab after a take-over has no accessibility violations", async ({ tab }) => {
  const { next } = await rotating(tab.desk);
  expect((await signed(next)).status).toBe(200);
  await tab.open();
  await expect(tab.page.getByText(`Key ${next.number} took over at`)).toBeVisible();
  await checkAccessibility(tab.page, "took over");
});
