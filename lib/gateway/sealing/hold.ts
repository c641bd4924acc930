import { atMost } from "../../platform/at-most";
import type { KeyRing } from "../../platform/crypto/key-ring";
import { onConnection } from "./connection";
import { proveRing, RingRefused } from "./prove-ring";

export type Holding = {
  /**
   * Resolves once the ring was shown to open what the database holds. Rejects with RingRefused;
   * waits while the database does not answer.
   */
  proven: Promise<void>;
  isProven(): boolean;
  /** To be called whenever the gateway's row, which says what it opens, has been written anew. */
  entered(): void;
  stop(): Promise<void>;
};

type Settings = { databaseUrl: string; ring: KeyRing; failed(error: unknown): void };

const LOOK_MS = 10_000;
const AGAIN_MS = 250;
/** A database that is silent is not waited for. */
const CLOSING_MS = 1_000;

/**
 * Proves that a ring of private keys opens what the database holds, again and again: versions are
 * registered and removed while a gateway runs, and a connection may come to lead to another server.
 *
 * A new version is taken into use only when the row of every running gateway says that it opens
 * that version's key. So the row is written first, and what is registered is read then: a gateway
 * that starts just now is seen by whoever registers a version, or sees that version.
 *
 * At the start a ring that does not open everything is refused. Later on it is an error for the
 * log, and the gateway serves on: what it cannot open is 503 by itself.
 */
export function holdRing({ databaseUrl, ring, failed }: Settings): Holding {
  let timer: NodeJS.Timeout | undefined;
  let proof: () => void = () => undefined;
  let refusal: (error: unknown) => void = () => undefined;
  const proven = new Promise<void>((resolve, reject) => {
    proof = resolve;
    refusal = reject;
  });
  // Whoever waits for it is told; nobody may.
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
      await atMost(CLOSING_MS, looking ?? Promise.resolve());
      clearTimeout(timer);
    },
  };
}
