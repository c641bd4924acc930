import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type Lone, loneServer } from "../kit/replication";
import { restartsUnderLoad } from "../kit/restarts";
import { startTcpProxy, type TcpProxy } from "../kit/tcp-proxy";

let server: Lone;
let proxy: TcpProxy;

beforeAll(async () => {
  server = await loneServer();
  proxy = await startTcpProxy({ host: "127.0.0.1", port: server.port });
  Object.assign(process.env, {
    DATABASE_URL: proxy.through(server.url()),
    APP_DATABASE_URL: proxy.through(server.url("countersign_app")),
    GATEWAY_DATABASE_URL: proxy.through(server.url("countersign_gateway")),
  });
});
afterAll(async () => {
  await db().$disconnect();
  await proxy?.close();
  await server?.stop();
});

test("25 times the database's server is killed and started again under load: keys that stay are accepted again, and none that was retired, whatever the kill cut off", async () => {
  expect(await restartsUnderLoad(server, proxy, 25)).toEqual({ late: [], odd: [] });
});
