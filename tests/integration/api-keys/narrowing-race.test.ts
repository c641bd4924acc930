import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { editIps } from "@/lib/api-keys/edit-ips";
import { NO_PROOF } from "@/lib/identity/second-factor/challenge";
import { gatewayProcess } from "../../kit/gateway/gateway";
import { codeOf, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { startTcpProxy } from "../../kit/network/tcp-proxy";
import { activated, unwrap } from "../../kit/people/api-keys";
import { asOwner } from "../../kit/people/owner";
import { makeOwner, type Owner } from "../../kit/people/people";

const [REMOVED, KEPT, ADDED] = ["198.51.99.7", "198.51.99.8", "198.51.99.9"] as const;
const FROM_REMOVED = { "X-Forwarded-For": REMOVED };
const ACCEPTED = "200 accepted";
type Key = { owner: Owner; id: string; key: string; secret: string };

async function keyFor(allowedIps: string[]): Promise<Key> {
  const owner = await makeOwner();
  const { id, secret } = await activated(owner, { allowedIps });
  const [row] = await asOwner<{ key: string }>("SELECT key FROM api_keys WHERE id = $1", [id]);
  return { owner, id, key: row?.key ?? "", secret };
}

/** Edits the list, and returns when the answer came. */
async function answered({ owner, id }: Key, allowedIps: string[]): Promise<number> {
  unwrap(await editIps(owner.member, { keyId: id, allowedIps }, NO_PROOF));
  return performance.now();
}

/** Whether the edit that removes an address was made before the one that adds one. */
async function isNarrowedFirst({ id }: Key): Promise<boolean> {
  const [first] = await asOwner<{ data: { after: string[] } }>(
    "SELECT data FROM audit_events WHERE event = 'api_key.ips_changed' AND api_key_id = $1 ORDER BY id LIMIT 1",
    [id],
  );
  return first?.data.after.length === 1;
}

test("one edit removes an address and another adds one at the same moment: once either reply says that the address is removed, no gateway accepts it, even if notifications are lost", async () => {
  const { hostname, port, href } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  onTestFinished(proxy.close);
  const gateway = await gatewayProcess({ databaseUrl: proxy.through(href), trustedProxies: ["127.0.0.1"] });
  onTestFinished(() => gateway.stop());
  const keys = await Promise.all(Array.from({ length: 8 }, () => keyFor([REMOVED, KEPT])));
  for (const key of keys) expect(codeOf(await whoami(gateway, key, FROM_REMOVED))).toBe(ACCEPTED);

  proxy.silence();
  let isOver = false;
  const lastAccepted = async (key: Key) => {
    let last = 0;
    for (; !isOver; await sleep(5)) {
      const began = performance.now();
      // Once its lease has ended, the gateway's port is closed.
      if ((await whoamiOnce(gateway, key, FROM_REMOVED).then(codeOf, () => "closed")) === ACCEPTED) last = began;
    }
    return last;
  };
  const accepting = Promise.all(keys.map(lastAccepted));
  const answers = await Promise.all(
    keys.map((key) => Promise.all([answered(key, [KEPT]), answered(key, [KEPT, ADDED])])),
  );
  isOver = true;
  const accepted = await accepting;
  proxy.resume();

  const narrowedFirst = await Promise.all(keys.map(isNarrowedFirst));
  expect(narrowedFirst).toContain(true);
  for (const [at, [narrowed, widened]] of answers.entries()) {
    const removedFrom = narrowedFirst[at] ? Math.min(narrowed, widened) : narrowed;
    expect(accepted[at]).toBeLessThan(removedFrom);
  }
});
