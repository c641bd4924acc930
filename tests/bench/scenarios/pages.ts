import { randomBytes } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildPages } from "@/lib/ops/build.mjs";
import { freePort } from "@/lib/ops/ports.mjs";
import { root } from "@/lib/ops/run.mjs";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { makeOwner } from "../../kit/people/people";
import { sessionCookie } from "../../kit/people/session";
import { type Bench, measured } from "../bench";
import { type Asked, peakLoad } from "../load";
import { type Running, run, SERVER } from "../processes";
import { EMPTY_PAGE, PAGE_OF_KEYS, PAGE_OF_OVERVIEW } from "../report";
import { nextPeer } from "../servers";
import { inTurn } from "../up";

const KEYS = 25;
const CONNECTIONS = 8;

type Each = { name: string; process: Running; asked: Asked };

/**
 * The cost of the dashboard's fullest pages, compared with an empty page on the same Next version.
 */
export async function pages(bench: Bench): Promise<void> {
  const { rounds, seconds, scratch, samples, say } = bench;
  const all = [...(await emptyPage(bench)), ...(await dashboardPages(bench))];
  await inTurn(rounds, all, async ({ name, process, asked }, counts) => {
    const sample = await measured(bench, name, process, () => peakLoad(asked, seconds, scratch, CONNECTIONS));
    if (counts && sample) samples.add(name, sample);
  });
  for (const { name, asked } of all)
    say(`  ${name}: ${(await (await fetch(asked.url, asked)).text()).length} characters`);
}

async function emptyPage({ started, say }: Bench): Promise<Each[]> {
  const peer = nextPeer({ SECRET: "bench", ANSWER: "" });
  const reason = peer.absent();
  if (reason) {
    say(`SKIPPED  ${EMPTY_PAGE}: ${reason}`);
    return [];
  }
  const port = await freePort();
  const process = peer.start(port);
  started.push(process);
  return [
    await ready({
      name: EMPTY_PAGE,
      process,
      asked: { url: `http://127.0.0.1:${port}/empty`, headers: {}, bodyFile: null },
    }),
  ];
}

async function dashboardPages({ database, started, scratch, profile }: Bench): Promise<Each[]> {
  await buildPages();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const secrets = {
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    TOTP_KEYS: `1:${randomBytes(32).toString("base64")}`,
  };
  const env = {
    ...database.dashboardUrls,
    ...secrets,
    PUBLIC_ORIGIN: origin,
    NEXTAUTH_URL: origin,
    SUPPORT_CONTACT: "support@bench.example",
  };
  Object.assign(process.env, env);
  const owner = await makeOwner();
  const merchant = { merchantId: owner.merchantId, merchantName: "Acme Payments" };
  for (let number = 0; number < KEYS; number++)
    await insertKey({ status: number === 0 ? "active" : "generated", merchant });
  const { name, value } = await sessionCookie(owner);
  const flags = profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : [];
  const more = {
    ...env,
    PORT: String(port),
    HOST: "127.0.0.1",
    SEALING_PUBLIC_KEY: process.env.SEALING_PUBLIC_KEY ?? "",
  };
  const server = run(
    SERVER,
    process.execPath,
    [...flags, path.join(root, ".build/dashboard.mjs")],
    more,
    path.join(scratch, "dashboard.log"),
  );
  started.push(server);
  const page = (title: string, tail: string): Each => ({
    name: title,
    process: server,
    asked: {
      url: `${origin}/merchants/${owner.merchantId}${tail}`,
      headers: { cookie: `${name}=${value}` },
      bodyFile: null,
    },
  });
  return Promise.all([page(PAGE_OF_KEYS, "/api-keys"), page(PAGE_OF_OVERVIEW, "")].map(ready));
}

/** @throws if the page does not reply with 200 within 30 s */
async function ready(each: Each): Promise<Each> {
  const { url, headers } = each.asked;
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(100)) {
    const response = await fetch(url, { headers, redirect: "manual" }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return each;
  }
  throw new Error(`${each.name} did not answer 200:\n${each.process.output()}`);
}
