import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { primaryClient } from "../lib/platform/db/primary-client.mjs";
import { serversIn } from "../lib/platform/db/servers.mjs";

type RunScript = (pool: pg.Pool, sql: string) => Promise<void>;

/**
 * Prisma's schema engine as WebAssembly over `pg`: no binary to download.
 *
 * The adapter's own `executeScript` splits at every `;`, which breaks functions and triggers. So
 * a script is sent to the server whole.
 */
export async function schemaEngine(url: string, datamodel: string, runScript: RunScript) {
  const bg = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const wasm = new URL("schema_engine_bg.wasm", import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const { instance } = await WebAssembly.instantiate(await readFile(fileURLToPath(wasm)), {
    "./schema_engine_bg.js": bg as never,
  });
  bg.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bg.SchemaEngine.new(
    { datamodels: [["schema.prisma", datamodel]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(sendingScriptsWhole(new PrismaPg(owners(url)), runScript)),
  );
}

/** Any role may hold the engine's advisory lock. It delays a migration this long and no longer. */
export const LOCK_WAIT_MS = 10_000;

const owners = (url: string): pg.PoolConfig => ({
  ...serversIn(url),
  Client: primaryClient(pg.Client) as unknown as pg.PoolConfig["Client"],
  lock_timeout: LOCK_WAIT_MS,
});

function sendingScriptsWhole(factory: PrismaPg, runScript: RunScript): PrismaPg {
  for (const method of ["connect", "connectToShadowDb"] as const) {
    const connect = factory[method].bind(factory);
    factory[method] = async () => {
      const adapter = await connect();
      adapter.executeScript = (sql) => runScript(adapter.underlyingDriver(), sql);
      return adapter;
    };
  }
  return factory;
}
