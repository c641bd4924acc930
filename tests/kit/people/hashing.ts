import { hashingTurn } from "@/lib/platform/crypto/password";
import { db } from "@/lib/platform/db/db";
import { until } from "../until";

let held = 0;

/** Occupies every hashing slot until `release`. For tests that have the process to themselves. */
export async function holdHashingSlots() {
  const subject = `held ${++held}`;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let running = 0;
  const turns = Array.from({ length: AT_ONCE }, () =>
    hashingTurn({ lane: "logged-in", subject }, () => {
      running++;
      return released;
    }),
  );
  await until("every turn is taken", () => running === AT_ONCE);
  const noted = await loginsNoted();
  return {
    /**
     * Waits until another login is counted against its account. The login can then only wait for a
     * hashing slot.
     */
    somebodyWaits: () => until("a login waits for its turn", async () => (await loginsNoted()) > noted),
    release: async () => {
      release();
      await Promise.all(turns);
    },
  };
}

const AT_ONCE = 2;

const loginsNoted = () => db().rateLimit.count({ where: { key: { startsWith: "login-account" } } });
