import { rmSync } from "node:fs";
import { bundle } from "@/lib/ops/build.mjs";
import { generate } from "@/lib/ops/install.mjs";
import { createDatabase, migrate } from "@/lib/ops/postgres/embedded.mjs";
import { scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { forEachRole, makeRoles, newPassword } from "@/lib/ops/postgres/roles.mjs";
import { sealingKeys } from "../kit/database/sealing-keys";
import { insertKey, type StoredKey } from "../kit/gateway/gateway-keys";

export type DashboardUrls = { APP_DATABASE_URL: string; SUPPORT_DATABASE_URL: string };

/** A PostgreSQL with our roles, and no database yet. */
type Cluster = {
  urlOf(database: string, asGateway?: boolean): string;
  dashboardUrls(database: string): DashboardUrls;
  /** Makes a database with our tables. @returns its owner's URL */
  migrated(database: string): Promise<string>;
  stop(): Promise<void>;
};

export type BenchDatabase = Cluster & { key: StoredKey; gatewayUrl: string; peersUrl: string };

/**
 * A PostgreSQL for the benchmark: our tables with one active key, and an empty database for the
 * peers. Also bundles the servers.
 */
export async function startDatabase(): Promise<BenchDatabase> {
  await generate();
  await bundle();
  const cluster = await startCluster();
  try {
    const DATABASE_URL = await cluster.migrated("countersign");
    await createDatabase(cluster.urlOf("postgres"), "peers");
    Object.assign(process.env, sealingKeys(), { DATABASE_URL });
    const key = await insertKey();
    return { ...cluster, key, gatewayUrl: cluster.urlOf("countersign", true), peersUrl: cluster.urlOf("peers") };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

export async function startCluster(settings: string[] = []): Promise<Cluster> {
  const [password, place] = [newPassword(), scratchPlace()];
  const postgres = await startPostgres(place, { password, settings });
  const stop = async () => {
    await postgres.stop();
    rmSync(place.remove, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await makeRoles(
      postgres.url("postgres"),
      forEachRole(() => password),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const as = (role: string, database: string) => postgres.url(database, role, password);
  return {
    urlOf: (name, asGateway = false) => (asGateway ? as("countersign_gateway", name) : postgres.url(name)),
    dashboardUrls: (name) => ({
      APP_DATABASE_URL: as("countersign_app", name),
      SUPPORT_DATABASE_URL: as("countersign_support", name),
    }),
    async migrated(name) {
      await createDatabase(postgres.url("postgres"), name);
      await migrate({ ...process.env, DATABASE_URL: postgres.url(name) });
      return postgres.url(name);
    },
    stop,
  };
}
