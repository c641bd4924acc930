import type { Full } from "../../http/connection-limits";
import type { KeyRing } from "../../platform/crypto/key-ring";
import { withTimeout } from "../../platform/with-timeout";
import { KeyFinder } from "../auth/key-finder";
import { SentSecrets } from "../auth/sent-secrets";
import type { ActiveKeys } from "../cache/active-keys";
import { DatabaseClock } from "../cache/database-clock";
import type { KeyCache } from "../cache/key-cache";
import type { OpenedSecrets } from "../cache/opened-secrets";
import type { Answered } from "../http/server";
import { openUsageDatabase } from "../usage/database";
import { warmUp } from "../usage/explainer";
import { startFlushing } from "../usage/flusher";
import { Usage, type Write } from "../usage/usage";
import { createMetrics } from "./metrics";
import { serveMetrics } from "./metrics-server";

type Settings = {
  databaseUrl: string;
  privateKeys: KeyRing;
  keyCache: KeyCache;
  activeKeys: Pick<ActiveKeys, "size">;
  secrets: Pick<OpenedSecrets, "opened">;
  host: string;
  /** Null for no metrics. */
  metricsPort: number | null;
  ready(): boolean;
  failed(error: unknown): void;
};

/** Silent connections are not waited for any longer. */
const CLOSING_MS = 1_000;

export type Recording = {
  answered: Answered;
  /** A connection was closed because of a limit. */
  connectionRefused(full: Full): void;
  /** A key was read. */
  keyRead: SentSecrets["remember"];
  pollFailed(): void;
  metricsPort: number | null;
  /** Call this after the last answer. Writes everything that is not written yet. */
  stop(): Promise<void>;
};

/** Records the answered requests: usage in the database, and metrics. Neither delays a request. */
export async function startRecording({
  databaseUrl,
  privateKeys,
  keyCache,
  activeKeys,
  secrets,
  host,
  metricsPort,
  ready,
  failed,
}: Settings): Promise<Recording> {
  const database = openUsageDatabase(databaseUrl, privateKeys, failed);
  const clock = new DatabaseClock();
  const finder = new KeyFinder((key) => keyCache.peek(key), database.findKeys);
  const sent = new SentSecrets(database.keysOfSecrets);
  const usage = new Usage(database.otherSecrets, clock.now, undefined, failed, { finder, sent });
  setImmediate(warmUp);
  const metrics = metricsPort === null ? null : createMetrics({ keyCache, activeKeys, secrets, usage });
  const served = metrics && (await serveMetrics(metrics, ready, host, metricsPort ?? 0));
  const onItsClock = {
    news: usage.news,
    async flush(write: Write) {
      if (usage.waiting > 0) usage.shift(await clock.ask(database.now));
      await usage.flush(write);
    },
  };
  const flushing = startFlushing(onItsClock, database.write, (error) => {
    metrics?.usageFailed();
    failed(error);
  });
  return {
    answered(outcome, source, milliseconds, headers, upstream) {
      metrics?.answered(outcome?.outcome ?? "client_gone", milliseconds);
      if (upstream !== undefined) metrics?.forwarded(upstream);
      if (outcome) usage.record(outcome, source, headers);
    },
    keyRead: (key) => sent.remember(key),
    connectionRefused: (full) => metrics?.connectionRefused(full),
    pollFailed: () => metrics?.pollFailed(),
    metricsPort: served?.port ?? null,
    async stop() {
      await flushing.stop();
      await Promise.all([withTimeout(CLOSING_MS, database.close()), served?.stop()]);
    },
  };
}
