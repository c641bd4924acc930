import { hash, verify } from "@node-rs/argon2";
import { inLanes } from "./lanes";

/*
 * Promise: each guess against a stolen hash costs 19 MiB of memory and two passes over it. An
 * answer takes as long for a user who does not exist as for one who does.
 * Attacks: offline guessing; learning from the time of an answer who has an account; sending so
 * many passwords that hashing starves everything else (at most two run at a time), or that people
 * with accounts are turned away. Known browsers and logged-in people therefore wait in lanes of
 * their own, and no subject can fill a lane.
 * Parameters: the second of the equivalent argon2id settings in the OWASP Password Storage Cheat
 * Sheet. ASVS 5.0: 6.2.8, 6.3.8, 11.4.2.
 */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const AT_ONCE = 2;
const LANES = {
  strangers: { waiting: 40, each: 10 },
  known: { waiting: 20, each: 4 },
  "logged-in": { waiting: 20, each: 4 },
};

/**
 * The waiting subject: a stranger's source, a known browser's account, or a logged-in person's
 * id.
 */
export type Waiting = { lane: keyof typeof LANES; subject: string };

export type Hasher = {
  hash(plain: string): Promise<string>;
  /**
   * Compares exactly what was typed. `null` (no such user, no password) takes as long and is
   * never right.
   */
  verify(stored: string | null, plain: string): Promise<boolean>;
};

const shared = globalThis as { countersignHashing?: ReturnType<typeof inLanes<keyof typeof LANES>> };
/** For the whole process: Next loads this module once for pages and actions and once for routes. */
shared.countersignHashing ??= inLanes(AT_ONCE, LANES);
const enter = shared.countersignHashing;

/**
 * Runs `work` when its turn comes; only then does it receive a hasher. Returns null at once if
 * too many are waiting.
 */
export function hashingTurn<T>({ lane, subject }: Waiting, work: (hasher: Hasher) => Promise<T>): Promise<T> | null {
  return enter(lane, subject, () => work(HASHER));
}

/** The hash of 32 random bytes that were discarded, made with the parameters above. */
const NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$ya0HWyNKDlJE/q3+liXWAg$9/tKU3KHzGpbrxlxi93CNJKRNjip6no5BKd5htj4TqM";

const HASHER: Hasher = {
  hash: (plain) => hash(plain, ARGON2ID),
  verify: async (stored, plain) => (await verify(stored ?? NOBODYS, plain)) && stored !== null,
};
