import { buildPages } from "@/lib/ops/build.mjs";
import { freePort } from "../../kit/free-port";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { makeOwner } from "../../kit/people/people";
import { type Bench, measureWindow } from "../bench";
import { type Page, ready, startDashboard } from "../dashboard";
import { peakLoad } from "../load";
import { EMPTY_PAGE, PAGE_OF_KEYS, PAGE_OF_OVERVIEW } from "../report";
import { nextPeer } from "../servers";
import { inTurn } from "../started-servers";

const KEYS = 25;
const CONNECTIONS = 8;

/**
 * The cost of the dashboard's fullest pages, compared with an empty page on the same Next version.
 */
export async function pages(bench: Bench): Promise<void> {
  const { rounds, seconds, scratch, samples, say } = bench;
  const all = [...(await emptyPage(bench)), ...(await dashboardPages(bench))];
  await inTurn(rounds, all, async ({ name, process, asked }, counts) => {
    const sample = await measureWindow(bench, name, process, () => peakLoad(asked, seconds, scratch, CONNECTIONS));
    if (counts && sample) samples.add(name, sample);
  });
  for (const { name, asked } of all)
    say(`  ${name}: ${(await (await fetch(asked.url, asked)).text()).length} characters`);
}

async function emptyPage({ started, say }: Bench): Promise<Page[]> {
  const peer = nextPeer({ SECRET: "bench", ANSWER: "" });
  const reason = peer.absent();
  if (reason) {
    say(`SKIPPED  ${EMPTY_PAGE}: ${reason}`);
    return [];
  }
  const port = await freePort();
  const process = peer.start(port);
  started.push(process);
  const asked = { url: `http://127.0.0.1:${port}/empty`, headers: {}, bodyFile: null };
  return [await ready({ name: EMPTY_PAGE, process, asked })];
}

async function dashboardPages(bench: Bench): Promise<Page[]> {
  await buildPages();
  const { page } = await startDashboard(bench, bench.database.dashboardUrls("countersign"));
  const owner = await makeOwner();
  const { merchantId } = owner;
  const merchant = { merchantId, merchantName: "Acme Payments" };
  for (let number = 0; number < KEYS; number++)
    await insertKey({ status: number === 0 ? "active" : "generated", merchant });
  return [
    await page(owner, PAGE_OF_KEYS, `/merchants/${merchantId}/api-keys`),
    await page(owner, PAGE_OF_OVERVIEW, `/merchants/${merchantId}`),
  ];
}
