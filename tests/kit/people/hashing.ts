import { hashingTurn } from "@/lib/platform/crypto/password";
import { db } from "@/lib/platform/db/db";
import { until } from "../until";

let held = 0;

/** Takes every turn to hash there is, until they are released. For tests that have the process to themselves. */
export async function turnsHeld() {
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
    /** Until another stranger's login is counted against its account: all that is left to it is to wait for a turn. */
    somebodyWaits: () => until("a login waits for its turn", async () => (await loginsNoted()) > noted),
    release: async () => {
      release();
      await Promise.all(turns);
    },
  };
}

const AT_ONCE = 2;

const loginsNoted = () => db().rateLimit.count({ where: { key: { startsWith: "login-account" } } });
