import { hash, verify } from "@node-rs/argon2";
import { inLanes } from "./lanes";

/*
 * Promise: a stolen hash costs 19 MiB and two passes of memory for every guess, and an answer takes as long for a user who
 * does not exist as for one who does. Attacks: guessing offline; learning who has an account from the time an answer takes;
 * sending so many passwords that hashing starves everything else (two run at a time), or that whoever has an account is
 * turned away: known browsers and people who are logged in wait in places of their own, and nobody takes all of any kind.
 * Parameters: the second of the equivalent argon2id settings of the OWASP Password Storage Cheat Sheet. ASVS 5.0: 6.2.8, 6.3.8, 11.4.2.
 */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const AT_ONCE = 2;
const LANES = {
  strangers: { waiting: 40, each: 10 },
  known: { waiting: 20, each: 4 },
  "logged-in": { waiting: 20, each: 4 },
};

/** Who waits: strangers by their source, known browsers by their account, people who are logged in by their id. */
export type Waiting = { lane: keyof typeof LANES; subject: string };

export type Hasher = {
  hash(plain: string): Promise<string>;
  /** Compares exactly what was typed; `null` (no such user, no password) costs the same and is never right. */
  verify(stored: string | null, plain: string): Promise<boolean>;
};

const enter = inLanes(AT_ONCE, LANES);

/** Runs `work` when its turn has come: only then is there anything to hash with. Null, at once, where too many wait. */
export function hashingTurn<T>({ lane, subject }: Waiting, work: (hasher: Hasher) => Promise<T>): Promise<T> | null {
  return enter(lane, subject, () => work(HASHER));
}

/** The hash of 32 random bytes that were thrown away, made with the parameters above. */
const NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$ya0HWyNKDlJE/q3+liXWAg$9/tKU3KHzGpbrxlxi93CNJKRNjip6no5BKd5htj4TqM";

const HASHER: Hasher = {
  hash: (plain) => hash(plain, ARGON2ID),
  verify: async (stored, plain) => (await verify(stored ?? NOBODYS, plain)) && stored !== null,
};
