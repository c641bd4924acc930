import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ROTATION_CLIENT } from "@/lib/words/integration/rotation-client";
import { BODY, sendOnce, signed as signedHeaders } from "../kit/gateway/gateway-requests";
import { startAnotherGateway } from "../kit/gateway/stack";
import { storedKey } from "../kit/people/api-keys";
import { expect, type KeysTab, test } from "./fixtures";
import { activeKey } from "./rotating";

/* Whole rotations in the browser under a constant load on two gateways: no request is refused. */
test.describe.configure({ mode: "serial" });

type Pair = { key: string; secret: string };
type Send = (url: string) => Promise<number>;

let gateways: Awaited<ReturnType<typeof startAnotherGateway>>[] = [];
test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "rotation-client-"));
  gateways = await Promise.all(["load-1", "load-2"].map(startAnotherGateway));
});
test.afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  rmSync(folder, { recursive: true });
});

let folder = "";
let clients = 0;

/** The client that the tab Integration publishes, given these pairs as its environment. */
async function publishedClient(old: Pair, next?: Pair): Promise<Send> {
  const file = path.join(folder, `client-${++clients}.mjs`);
  writeFileSync(file, ROTATION_CLIENT);
  const given = {
    COUNTERSIGN_KEY: old.key,
    COUNTERSIGN_SECRET: old.secret,
    COUNTERSIGN_KEY_NEXT: next?.key ?? "",
    COUNTERSIGN_SECRET_NEXT: next?.secret ?? "",
  };
  Object.assign(process.env, given);
  const { send } = (await import(pathToFileURL(file).href)) as { send(url: string, data: object): Promise<Response> };
  for (const name of Object.keys(given)) delete process.env[name];
  return async (url) => (await send(url, { currency: "BTC" })).status;
}

const singleServer =
  (pair: Pair): Send =>
  async (url) =>
    (await sendOnce(url, { headers: signedHeaders(pair), body: BODY })).status;

/**
 * Starts `count` loops of requests, each to the gateways in turn. `use` changes what they send
 * with, from their next request on.
 */
function startRequests(count: number, first: Send) {
  let [send, running] = [first, true];
  const counts = { accepted: 0, unavailable: 0, refused: [] as number[] };
  const loops = Array.from({ length: count }, async (_, n) => {
    for (let turn = n; running; turn++) {
      const status = await send(`${gateways[turn % gateways.length]?.origin}/api/v2/whoami`);
      if (status === 200) counts.accepted++;
      else if (status === 503) counts.unavailable++;
      else counts.refused.push(status);
      await sleep(5);
    }
  });
  return {
    counts,
    use: (next: Send) => {
      send = next;
    },
    async more(requests: number) {
      const enough = counts.accepted + requests;
      await expect.poll(() => counts.accepted, { timeout: 60_000 }).toBeGreaterThan(enough);
    },
    async stop() {
      running = false;
      await Promise.all(loops);
      if (counts.unavailable > 0) console.log(`note: ${counts.unavailable} answers of 503 were not counted`);
    },
  };
}

async function rotate(keys: KeysTab, moment: string): Promise<Pair> {
  await keys.press(/^Rotate key/);
  await keys.dialog.getByRole("radio", { name: moment }).check();
  await keys.confirm("Rotate");
  const shown = keys.page.getByRole("dialog", { name: /^Key \d+ is on standby/ });
  const secret = (await shown.getByLabel("Secret key", { exact: true }).textContent()) ?? "";
  const key = (await shown.locator("[data-kind=key]").textContent()) ?? "";
  await keys.done();
  return { key, secret };
}

test("several servers with the published client are rotated by hand: none of their requests is refused", async ({
  tab: keys,
}) => {
  const { id, secret } = await activeKey(keys.desk);
  const old = { key: (await storedKey(id)).key, secret };
  await keys.open();
  const requests = startRequests(6, await publishedClient(old));
  try {
    await requests.more(30);
    const next = await rotate(keys, "When I say so");
    requests.use(await publishedClient(old, next));
    await requests.more(60);
    await keys.page.getByRole("button", { name: "Take over now" }).click();
    await keys.confirm("Take over now");
    await expect(keys.dialog).toContainText(/Every gateway now refuses key \d+/);
    await requests.more(60);
    requests.use(await publishedClient(next));
    await requests.more(30);
  } finally {
    await requests.stop();
  }
  expect(requests.counts.refused).toEqual([]);
  expect((await storedKey(id)).status).toBe("inactive");
});

test("a single server that changes to the new pair between two requests: none of its requests is refused", async ({
  tab: keys,
}) => {
  const { id, secret } = await activeKey(keys.desk);
  const old = { key: (await storedKey(id)).key, secret };
  await keys.open();
  const requests = startRequests(1, singleServer(old));
  try {
    await requests.more(30);
    const next = await rotate(keys, "With the first request");
    await requests.more(30);
    expect((await storedKey(id)).status).toBe("active");
    requests.use(singleServer(next));
    await requests.more(60);
  } finally {
    await requests.stop();
  }
  expect(requests.counts.refused).toEqual([]);
  expect((await storedKey(id)).status).toBe("inactive");
});
