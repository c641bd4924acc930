import { writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { buildPages } from "@/lib/ops/build.mjs";
import { insertKey } from "../../kit/gateway/gateway-keys";
import { asOwner } from "../../kit/people/owner";
import { makeOwner, makePerson } from "../../kit/people/people";
import { type Bench, measureWindow } from "../bench";
import { type Page, startDashboard } from "../dashboard";
import { startCluster } from "../database";
import { ratio } from "../figures";
import { fillHistory } from "../grown-history";
import { peakLoad } from "../load";
import { inTurn } from "../started-servers";

const KEYS = 25;
const USAGE_ROWS_OF_AN_EVENT = 10;

type Spent = { calls: number; blocks: number; ms: number };
type Side = { name: string; pages: Page[]; spent(): Promise<Spent> };

/**
 * Pages over a database without any usage, and over one with ten million rows of usage and a
 * million events, in turn, one request at a time.
 */
export async function pagesGrowth(bench: Bench): Promise<void> {
  const { rounds, seconds, scratch, samples, facts, say, keys: events } = bench;
  const rows = events * USAGE_ROWS_OF_AN_EVENT;
  const grown = `${rows.toLocaleString("en")} usage rows and ${events.toLocaleString("en")} events`;
  await buildPages();
  const cluster = await startCluster(["shared_preload_libraries=pg_stat_statements"]);
  const owned = process.env.DATABASE_URL;
  try {
    const empty = await sideOf(bench, cluster, "empty", 0);
    const grownSide = await sideOf(bench, cluster, "grown", events);
    const pairs = empty.pages.map((page, index) => ({ name: page.name, sides: [empty, grownSide] as const, index }));
    const spent = new Map<string, Spent & { requests: number }>();
    const all = pairs.flatMap(({ name, sides, index }) =>
      sides.map((side) => ({ name, side, page: side.pages[index] as Page })),
    );
    await inTurn(rounds, all, async ({ name, side, page }, counts) => {
      const row = `${name}, ${side === empty ? "empty database" : grown}`;
      const before = await side.spent();
      const load = { requests: 0 };
      const sample = await measureWindow(bench, row, page.process, async () => {
        const one = await peakLoad(page.asked, seconds, scratch, 1);
        load.requests += one.requests + one.failed;
        return one;
      });
      const after = await side.spent();
      if (!counts || !sample) return;
      samples.add(row, sample);
      const sum = spent.get(row) ?? { calls: 0, blocks: 0, ms: 0, requests: 0 };
      for (const figure of ["calls", "blocks", "ms"] as const) sum[figure] += after[figure] - before[figure];
      spent.set(row, { ...sum, requests: sum.requests + load.requests });
    });
    for (const { name } of pairs) {
      const [few, many] = [`${name}, empty database`, `${name}, ${grown}`];
      facts[`time with ${grown} / without, ${name}`] = ratio("rps", samples.of(few), samples.of(many)) ?? Number.NaN;
      for (const figure of ["blocks", "ms"] as const)
        for (const row of [few, many]) {
          const { requests = 1, [figure]: sum = Number.NaN } = spent.get(row) ?? {};
          facts[`its statements, ${figure}, ${row}`] = sum / requests;
        }
      const { calls = Number.NaN, requests = 1 } = spent.get(few) ?? {};
      say(`  ${name}: ${(calls / requests).toFixed(1)} statements`);
    }
  } finally {
    process.env.DATABASE_URL = owned;
    await Promise.all(bench.started.splice(0).map(({ stop }) => stop()));
    await cluster.stop();
  }
}

/** A merchant with 25 keys, one of them active, in a database of its own. */
async function sideOf(
  bench: Bench,
  cluster: Awaited<ReturnType<typeof startCluster>>,
  name: string,
  events: number,
): Promise<Side> {
  const url = await cluster.migrated(name);
  process.env.DATABASE_URL = url;
  const dashboard = await startDashboard(bench, cluster.dashboardUrls(name));
  const [owner, staff] = [await makeOwner(), await makePerson({ staff: true })];
  const { merchantId } = owner;
  // The history is older than a membership that begins now, and would not be shown.
  await asOwner("UPDATE memberships SET created_at = now() - interval '2 years'");
  const merchant = { merchantId, merchantName: "Acme Payments" };
  const active = await insertKey({ merchant });
  for (let number = 1; number < KEYS; number++) await insertKey({ status: "generated", merchant });
  const of = { owner, keyId: active.id, keyNumber: active.number };
  const from = Date.now();
  await fillHistory(url, of, events * USAGE_ROWS_OF_AN_EVENT, events);
  bench.say(`  ${name}: filled in ${((Date.now() - from) / 1_000).toFixed(0)} s`);
  const here = `/merchants/${merchantId}`;
  const wanted = [
    [owner, "Key page, 24 hours", `${here}/api-keys/${active.number}`],
    [owner, "Key page, 30 days", `${here}/api-keys/${active.number}?period=month`],
    [owner, "API keys tab", `${here}/api-keys`],
    [owner, "Overview for Owners", here],
    [owner, "Activity", `${here}/activity`],
    [staff, "Support desk, sheet", `/support${here}`],
  ] as const;
  const pages: Page[] = [];
  for (const [person, title, tail] of wanted) pages.push(await dashboard.page(person, title, tail));
  pages.push(search(pages.at(-1) as Page, dashboard.origin, bench.scratch));
  return { name, pages, spent: () => spentIn(cluster.urlOf(name)) };
}

/** The search of the support desk, by somebody who may see its pages. */
function search({ process, asked }: Page, origin: string, scratch: string): Page {
  const bodyFile = path.join(scratch, "search.json");
  writeFileSync(bodyFile, JSON.stringify({ text: "acme", after: 0 }));
  const headers = { ...asked.headers, origin, "content-type": "application/json" };
  return { name: "Support desk, search", process, asked: { url: `${origin}/support/search`, headers, bodyFile } };
}

/** What all statements in this database have cost so far. */
async function spentIn(url: string): Promise<Spent> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    const { rows } = await client.query<Spent>(`
      SELECT sum(calls)::float8 AS calls, sum(shared_blks_hit + shared_blks_read)::float8 AS blocks, sum(total_exec_time)::float8 AS ms
      FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
      WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND r.rolname LIKE 'countersign_%'`);
    return rows[0] as Spent;
  } finally {
    await client.end();
  }
}
