import type { Waiting } from "../../platform/crypto/password";
import { undoneIfBusy } from "../../platform/db/busy";
import { limit } from "../../platform/rate-limit";
import { sourceOf } from "../session/source";

/*
 * Promise: passwords are guessed at most ten times in 15 minutes from one address against one account, and a hundred times from one
 * address against all; what many addresses try against one account is slowed down, and never shuts its owner out. A known browser
 * counts by itself, apart from every stranger. Every attempt is counted before it is judged, so a burst gains nothing, and only once
 * it is its turn to be judged, so that being turned away costs nobody a try. ASVS 5.0 6.1.1, 6.3.1.
 */
const WINDOW = 15 * 60;
const byDevice = limit("login-device", 10, WINDOW);
const byAccountAndAddress = limit("login-pair", 10, WINDOW);
const byAddress = limit("login-address", 100, WINDOW);
const byAccount = limit("login-account", Number.MAX_SAFE_INTEGER, WINDOW);

const FREE_OF_DELAY = 20;
const DELAY = { each: 250, most: 5_000 };

export type Who = { email: string; address: string | null; device: string | null };

/** Where they wait for their password to be verified. */
export const waitingAs = ({ email, address, device }: Who): Waiting =>
  device ? { lane: "known", subject: email } : { lane: "strangers", subject: sourceOf(address) };

/** Whether they have no try left: then they do not even wait. */
export async function isShutOut({ email, address, device }: Who): Promise<boolean> {
  if (device) return byDevice.isSpent(`${device} ${email}`);
  const from = sourceOf(address);
  return (await byAddress.isSpent(from)) || (await byAccountAndAddress.isSpent(`${from} ${email}`));
}

/** Notes that somebody wants to log in to the account, and answers how many milliseconds a stranger waits first. */
export async function delayOf({ email, device }: Who): Promise<number> {
  if (device) return 0;
  const attempts = await byAccount.count(email);
  return Math.min(Math.max(0, attempts - FREE_OF_DELAY) * DELAY.each, DELAY.most);
}

/** What `delayOf` noted, taken back. */
export async function forgetDelay({ email, device }: Who): Promise<void> {
  if (!device) await byAccount.release(email);
}

/** Counts an attempt. False when it may not be judged. */
export async function countLogin({ email, address, device }: Who): Promise<boolean> {
  if (device) return (await byDevice.take(`${device} ${email}`)) === null;
  const from = sourceOf(address);
  if ((await byAddress.take(from)) !== null) return false;
  return undoneIfBusy(
    async () => (await byAccountAndAddress.take(`${from} ${email}`)) === null,
    () => byAddress.release(from),
  );
}

/** After a login that was counted and not judged to its end: it was no attempt. */
export async function uncountLogin({ email, address, device }: Who): Promise<void> {
  const from = sourceOf(address);
  if (device) return byDevice.release(`${device} ${email}`);
  await Promise.all([byAccountAndAddress.release(`${from} ${email}`), byAddress.release(from)]);
}

/** After a login nothing is held against the browser or the pair; the address gets its one attempt back. */
export async function forgetLogin({ email, address, device }: Who): Promise<void> {
  const from = sourceOf(address);
  if (device) return byDevice.forget(`${device} ${email}`);
  await Promise.all([byAccountAndAddress.forget(`${from} ${email}`), byAddress.release(from)]);
}
