import { randomUUID } from "node:crypto";
import type { KeyRing } from "../../crypto/key-ring";
import { atMost } from "../at-most";
import { onConnection } from "./connection";
import { proveRing, RingRefused } from "./prove-ring";

export type Holding = {
  /**
   * Resolves once the ring was shown to open what the database holds. Rejects with RingRefused;
   * waits while the database does not answer.
   */
  proven: Promise<void>;
  isProven(): boolean;
  stop(): Promise<void>;
};

type Settings = { databaseUrl: string; ring: KeyRing; failed(error: unknown): void };

/** Six times in the minute after which a gateway counts as gone. */
const SAID_MS = 10_000;
const AGAIN_MS = 250;
/** A database that is silent is not waited for: a minute later the row counts for nothing. */
const CLOSING_MS = 1_000;

/**
 * Says in the database which versions this gateway opens, for as long as it runs, and proves it
 * at its start. So a new version is taken into use only when every running gateway has it. It is
 * said first and looked up then: `hold_sealing_keys` in the migration has the reason.
 */
export function holdRing({ databaseUrl, ring, failed }: Settings): Holding {
  const run = randomUUID();
  const versions = ring.all.map(({ version }) => version);
  let timer: NodeJS.Timeout | undefined;
  let proof: () => void = () => undefined;
  let refusal: (error: unknown) => void = () => undefined;
  const proven = new Promise<void>((resolve, reject) => {
    proof = resolve;
    refusal = reject;
  });
  // Whoever waits for it is told; nobody may.
  proven.catch(() => undefined);
  let isProven = false;
  let saying: Promise<void> = Promise.resolve();
  const say = async () => {
    try {
      await onConnection(databaseUrl, async (query) => {
        await query("SELECT hold_sealing_keys($1, $2)", [run, versions]);
        if (isProven) return;
        await proveRing(query, ring).catch(async (error: unknown) => {
          await query("SELECT let_go_of_sealing_keys($1)", [run]);
          throw error;
        });
      });
      isProven = true;
      proof();
    } catch (error) {
      if (error instanceof RingRefused) return refusal(error);
      failed(error);
    }
    timer = setTimeout(begin, isProven ? SAID_MS : AGAIN_MS).unref();
  };
  const begin = () => {
    saying = say();
  };
  begin();
  return {
    proven,
    isProven: () => isProven,
    async stop() {
      const letGo = async () => {
        await saying;
        clearTimeout(timer);
        await onConnection(databaseUrl, (query) => query("SELECT let_go_of_sealing_keys($1)", [run])).catch(failed);
      };
      await atMost(CLOSING_MS, letGo());
    },
  };
}
