import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { makeOwner, makePerson, type Person } from "../kit/people/people";
import { sessionCookie } from "../kit/people/session";
import { logInWithoutForm } from "./fixtures";

/** The pages of a merchant at the support desk, and those of a key that it does not have. */
export const PARTS = ["", "/members", "/activity"];
export const PATHS = [...PARTS, "/api-keys/1", "/api-keys/1/refusals"];
const origin = () => process.env.E2E_ORIGIN as string;
export const sameOriginHeaders = () => ({ origin: origin(), "sec-fetch-site": "same-origin" });
export const field = (page: Page) => page.getByLabel("Merchant, email or key");
export const countLooks = (merchantId: string) =>
  db().auditEvent.count({ where: { merchantId, event: "support.looked" } });

export async function staffAt(page: Page, path = "/support"): Promise<Person> {
  const staff = await makePerson({ staff: true, name: "Noor Haddad" });
  await logInWithoutForm(page.context(), staff);
  await page.goto(path);
  return staff;
}

export async function search(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** A merchant with a name that no other test has. */
export async function merchantWithUniqueName(): Promise<{
  owner: Awaited<ReturnType<typeof makeOwner>>;
  name: string;
}> {
  const owner = await makeOwner();
  const name = `Desk ${randomBytes(6).toString("hex")} Trading`;
  await db().merchant.update({ where: { id: owner.merchantId }, data: { name }, select: { id: true } });
  return { owner, name };
}

export async function request(
  path: string,
  person: Person | null,
  headers: Record<string, string> = {},
  body?: unknown,
) {
  const { name, value } = person ? await sessionCookie(person) : { name: "none", value: "" };
  const response = await fetch(`${origin()}${path}`, {
    method: body === undefined ? "GET" : "POST",
    redirect: "manual",
    headers: {
      cookie: `${name}=${value}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, location: response.headers.get("location"), text: await response.text() };
}
