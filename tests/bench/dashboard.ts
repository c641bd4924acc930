import { randomBytes } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "@/lib/ops/run.mjs";
import { freePort } from "../kit/free-port";
import { sessionCookie } from "../kit/people/session";
import type { Bench } from "./bench";
import type { DashboardUrls } from "./database";
import type { LoadTarget } from "./load";
import { type Running, run, SERVER } from "./processes";

export type Page = { name: string; process: Running; asked: LoadTarget };
export type Dashboard = {
  process: Running;
  origin: string;
  page(person: { userId: string }, name: string, tail: string): Promise<Page>;
};

const secrets = {
  NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
  TOTP_KEYS: `1:${randomBytes(32).toString("base64")}`,
};

/**
 * A dashboard over this database, from pages that are already built. This process gets the same
 * variables, so that it can make people and their cookies.
 */
export async function startDashboard({ started, scratch, profile }: Bench, urls: DashboardUrls): Promise<Dashboard> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    ...urls,
    ...secrets,
    PUBLIC_ORIGIN: origin,
    NEXTAUTH_URL: origin,
    SUPPORT_CONTACT: "support@bench.example",
  };
  Object.assign(process.env, env);
  const more = { PORT: String(port), HOST: "127.0.0.1", SEALING_PUBLIC_KEY: process.env.SEALING_PUBLIC_KEY ?? "" };
  const flags = profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : [];
  const args = [...flags, path.join(root, ".build/dashboard.mjs")];
  const server = run(SERVER, process.execPath, args, { ...env, ...more }, path.join(scratch, "dashboard.log"));
  started.push(server);
  const page: Dashboard["page"] = async (person, name, tail) => {
    const { name: cookie, value } = await sessionCookie(person);
    const asked = { url: `${origin}${tail}`, headers: { cookie: `${cookie}=${value}` }, bodyFile: null };
    return ready({ name, process: server, asked });
  };
  return { process: server, origin, page };
}

/** @throws if the page does not reply with 200 within a minute */
export async function ready(page: Page): Promise<Page> {
  const { url, headers } = page.asked;
  let last = "no answer";
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
    const response = await fetch(url, { headers, redirect: "manual" }).catch(() => null);
    const text = await response?.text();
    if (response?.status === 200) return page;
    if (response) last = `${response.status} ${response.headers.get("location") ?? ""} ${text?.slice(0, 500)}`;
  }
  throw new Error(`${page.name} did not answer 200:\n${last}\n${page.process.output()}`);
}
