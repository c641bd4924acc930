import { rmSync } from "node:fs";
import { bundle } from "@/lib/ops/build.mjs";
import { generate } from "@/lib/ops/install.mjs";
import { createDatabase, migrate } from "@/lib/ops/postgres/embedded.mjs";
import { scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { forEachRole, makeRoles, newPassword } from "@/lib/ops/postgres/roles.mjs";
import { sealingKeys } from "../kit/database/sealing-keys";
import { insertKey, type StoredKey } from "../kit/gateway/gateway-keys";

export type BenchDatabase = {
  key: StoredKey;
  gatewayUrl: string;
  peersUrl: string;
  urlOf(database: string, asGateway?: boolean): string;
  /** The dashboard's two URLs. */
  dashboardUrls: { APP_DATABASE_URL: string; SUPPORT_DATABASE_URL: string };
  stop(): Promise<void>;
};

/**
 * A PostgreSQL for the benchmark: our tables with one active key, and an empty database for the
 * peers. Also bundles the servers.
 */
export async function startDatabase(): Promise<BenchDatabase> {
  await generate();
  await bundle();
  const [password, place] = [newPassword(), scratchPlace()];
  const postgres = await startPostgres(place, { password });
  const stop = async () => {
    await postgres.stop();
    rmSync(place.remove, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await makeRoles(
      postgres.url("postgres"),
      forEachRole(() => password),
    );
    for (const name of ["countersign", "peers"]) await createDatabase(postgres.url("postgres"), name);
    const DATABASE_URL = postgres.url("countersign");
    await migrate({ ...process.env, DATABASE_URL });
    Object.assign(process.env, sealingKeys(), { DATABASE_URL });
    const key = await insertKey();
    const urlOf = (name: string, asGateway = false) =>
      asGateway ? postgres.url(name, "countersign_gateway", password) : postgres.url(name);
    const as = (role: string) => postgres.url("countersign", role, password);
    const dashboardUrls = { APP_DATABASE_URL: as("countersign_app"), SUPPORT_DATABASE_URL: as("countersign_support") };
    return { key, gatewayUrl: urlOf("countersign", true), peersUrl: urlOf("peers"), urlOf, dashboardUrls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
