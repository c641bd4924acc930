import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/platform/db/db";
import { LEASE_MS } from "@/lib/platform/lease";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { type Pair, replicatedPair } from "../../kit/database/replication";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";
import { unwrap } from "../../kit/people/api-keys";
import { ACCEPTED, REFUSED, type RequestLoop, startRequestLoop } from "../../kit/request-loop";
import { until } from "../../kit/until";

// An asynchronous standby is promoted while the old primary lives and open connections stay with
// it. The tests tell one story, in this order.
let pair: Pair;
let proxy: TcpProxy;
let gatewaysProxy: TcpProxy;
let gateway: TestGateway;
let asking: RequestLoop;
let key: StoredKey;
let other: StoredKey;

beforeAll(async () => {
  pair = await replicatedPair();
  proxy = await startTcpProxy({ host: "127.0.0.1", port: pair.primary.port });
  // A separate proxy for the gateway: however often a busy machine makes it reconnect, it finds
  // the old primary while that lives.
  gatewaysProxy = await startTcpProxy({ host: "127.0.0.1", port: pair.primary.port });
  Object.assign(process.env, {
    DATABASE_URL: proxy.through(pair.primary.url()),
    APP_DATABASE_URL: proxy.through(pair.primary.url("countersign_app")),
    GATEWAY_DATABASE_URL: gatewaysProxy.through(pair.primary.url("countersign_gateway")),
  });
  gateway = await gatewayHere();
  [key, other] = [await insertKey(), await insertKey()];
  await until("the standby has both keys", async () => (await pair.standby.query("SELECT FROM api_keys")).length === 2);
  asking = startRequestLoop(gateway);
  for (const each of [key, other]) asking.about(each);
});
afterAll(async () => {
  await asking?.stop();
  await gateway?.stop();
  await db().$disconnect();
  await proxy?.close();
  await gatewaysProxy?.close();
  await pair?.stop();
});

test("an old primary that is not fenced still grants leases: a key retired at the new one is accepted, as the docs say", async () => {
  await asking.answered(key, ACCEPTED);
  await pair.promote();
  proxy.leadTo(pair.standby.port);
  await db().$disconnect();
  unwrap(await retireAnyKey("root", { keyId: key.id, merchantId: key.merchantId }, "compromised"));
  await asking.answered(key, ACCEPTED, performance.now());
});

test("once it is fenced nothing is accepted after its last lease, and keys that stay are served by the new primary", async () => {
  gatewaysProxy.leadTo(pair.standby.port);
  await pair.fence();
  const fenced = performance.now();
  await asking.answered(key, REFUSED, fenced);
  await asking.answered(other, ACCEPTED, fenced + LEASE_MS);
  const late = asking
    .answers()
    .filter(({ key: asked, sent, code }) => asked === key && code === ACCEPTED && sent > fenced + LEASE_MS);
  expect(late).toEqual([]);
});

test("a key that is retired after that is refused everywhere from the moment the command says so", async () => {
  unwrap(await retireAnyKey("root", { keyId: other.id, merchantId: other.merchantId }, "compromised"));
  const retired = performance.now();
  await asking.answered(other, REFUSED, retired);
  expect(
    asking.answers().filter(({ key: asked, sent, code }) => asked === other && code === ACCEPTED && sent > retired),
  ).toEqual([]);
});
