import type { KeyRing } from "../../platform/crypto/key-ring";
import { withTimeout } from "../../platform/with-timeout";
import { onConnection } from "./connection";
import { proveRing, RingRefused } from "./prove-ring";

export type Holding = {
  /**
   * Resolves once the ring is proven to open what the database holds. Rejects with RingRefused.
   * Waits while the database does not answer.
   */
  proven: Promise<void>;
  isProven(): boolean;
  /** Call this whenever the gateway's row, which lists the keys it opens, was written again. */
  entered(): void;
  stop(): Promise<void>;
};

type Settings = { databaseUrl: string; ring: KeyRing; failed(error: unknown): void };

const LOOK_MS = 10_000;
const AGAIN_MS = 250;
/** A silent database is not waited for any longer. */
const CLOSING_MS = 1_000;

/**
 * Proves again and again that a ring of private keys opens what the database holds: versions are
 * registered and removed while a gateway runs, and a connection may begin to lead to another
 * server.
 *
 * A new version is used only when the row of every running gateway lists that version's key. So
 * the gateway writes its row first, and reads the registered versions afterwards. A gateway that
 * starts while a version is being registered is either seen by the registration or sees the
 * version.
 *
 * At the start, a ring that does not open everything is refused. Later, it is an error in the log
 * and the gateway continues: requests with a secret that it cannot open receive 503.
 */
export function holdRing({ databaseUrl, ring, failed }: Settings): Holding {
  let timer: NodeJS.Timeout | undefined;
  let proof: () => void = () => undefined;
  let refusal: (error: unknown) => void = () => undefined;
  const proven = new Promise<void>((resolve, reject) => {
    proof = resolve;
    refusal = reject;
  });
  // Callers that wait receive the rejection. Without a caller it must not count as unhandled.
  proven.catch(() => undefined);
  const opened = new Set<string>();
  let isProven = false;
  let looking: Promise<void> | null = null;
  let enteredSince = false;
  const look = async () => {
    enteredSince = false;
    try {
      await onConnection(databaseUrl, (query) => proveRing(query, ring, opened));
      isProven ||= !enteredSince;
      if (isProven) proof();
    } catch (error) {
      if (error instanceof RingRefused && !isProven) return refusal(error);
      failed(error);
    }
    looking = null;
    timer = setTimeout(begin, enteredSince ? 0 : isProven ? LOOK_MS : AGAIN_MS).unref();
  };
  const begin = () => {
    looking = look();
  };
  return {
    proven,
    isProven: () => isProven,
    entered() {
      enteredSince = true;
      if (looking) return;
      clearTimeout(timer);
      begin();
    },
    async stop() {
      await withTimeout(CLOSING_MS, looking ?? Promise.resolve());
      clearTimeout(timer);
    },
  };
}
