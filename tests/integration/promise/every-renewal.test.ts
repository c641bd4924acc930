import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RENEW } from "@/lib/gateway/cache/lease-sql";
import { clientFor } from "@/lib/platform/db/open.mjs";
import { type LoneServer, loneServer } from "../../kit/database/replication";

// A server whose commits wait for a standby that does not exist.
let server: LoneServer;
beforeAll(async () => {
  server = await loneServer();
  await server.waitsFor("nobody");
});
afterAll(() => server?.stop());

test.each(Object.entries(RENEW))(
  "a renewal that does %s waits for the standby, whether it writes a row or not",
  async (use, renewal) => {
    const client = await clientFor(server.url("countersign_gateway"), {});
    client.on("error", () => undefined);
    await client.connect();
    const [{ snapshot, pid }] = (
      await client.query("SELECT pg_current_snapshot()::text AS snapshot, pg_backend_pid() AS pid")
    ).rows;
    const values = use === "enter" ? [null, randomUUID(), "alone", "1.0.0", 1, []] : [snapshot, randomUUID()];
    let end = "";
    const answered = client.query({ text: renewal.text, values }).then(
      () => (end = "answered"),
      () => (end = "terminated"),
    );
    const waits = () => server.query(`SELECT FROM pg_stat_activity WHERE pid = ${pid} AND wait_event = 'SyncRep'`);
    await expect.poll(async () => end || ((await waits()).length === 1 ? "waits" : "runs")).not.toBe("runs");
    expect(end).toBe("");
    await server.query(`SELECT pg_terminate_backend(${pid})`);
    await answered;
    expect(end).toBe("terminated");
  },
);
