import { hash, verify } from "@node-rs/argon2";
import { Refused } from "../result";
import { bounded } from "./bounded";

/*
 * Promise: a stolen hash costs 19 MiB and two passes of memory for every guess, and an answer takes as long for a user who
 * does not exist as for one who does. Attacks: guessing offline; learning who has an account from the time an answer takes;
 * sending so many passwords that hashing starves everything else (two run at a time, forty wait, the next is refused).
 * Parameters: the second of the equivalent argon2id settings of the OWASP Password Storage Cheat Sheet. ASVS 5.0: 6.2.8, 6.3.8, 11.4.2.
 */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const inTurn = bounded({ running: 2, waiting: 40 });

/** @throws Refused `passwords_busy` when too many are waiting. */
export function hashPassword(plain: string): Promise<string> {
  return queued(() => hash(plain, ARGON2ID));
}

/** Compares exactly what was typed; `null` (no such user, no password) costs the same and is never right. @throws Refused `passwords_busy` */
export async function verifyPassword(stored: string | null, plain: string): Promise<boolean> {
  const right = await queued(() => verify(stored ?? NOBODYS, plain));
  return right && stored !== null;
}

/** The hash of 32 random bytes that were thrown away, made with the parameters above. */
const NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$ya0HWyNKDlJE/q3+liXWAg$9/tKU3KHzGpbrxlxi93CNJKRNjip6no5BKd5htj4TqM";

function queued<T>(work: () => Promise<T>): Promise<T> {
  return inTurn(work) ?? Promise.reject(new Refused({ code: "passwords_busy" }));
}
