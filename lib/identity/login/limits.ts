import type { Waiting } from "../../platform/crypto/password";
import { undoIfBusy } from "../../platform/db/busy";
import { limit } from "../../platform/rate-limit";
import { sourceOf } from "../session/source";

/*
 * Promise: in 15 minutes one address can guess at most ten passwords of one account, and at most
 * a hundred in total. Guesses from many addresses against one account are slowed down, but never
 * lock its owner out. A known browser is counted separately from all strangers. Every
 * attempt is counted before it is verified, so that a burst gains nothing. It is counted only
 * when its turn comes, so that a login that a busy server turns away does not use up an attempt.
 * ASVS 5.0 6.1.1, 6.3.1.
 */
const WINDOW = 15 * 60;
const byDevice = limit("login-device", 10, WINDOW);
const byAccountAndAddress = limit("login-pair", 10, WINDOW);
const byAddress = limit("login-address", 100, WINDOW);
const byAccount = limit("login-account", Number.MAX_SAFE_INTEGER, WINDOW);

const FREE_OF_DELAY = 20;
const DELAY = { each: 250, most: 5_000 };

export type LoginSubject = { email: string; address: string | null; device: string | null };

/** The queue in which a login waits for its password to be verified. */
export const hashingQueueOf = ({ email, address, device }: LoginSubject): Waiting =>
  device ? { lane: "known", subject: email } : { lane: "strangers", subject: sourceOf(address) };

/** Whether no attempt is left. Such a login is refused without waiting. */
export async function isLockedOut({ email, address, device }: LoginSubject): Promise<boolean> {
  if (device) return byDevice.isSpent(`${device} ${email}`);
  const from = sourceOf(address);
  return (await byAddress.isSpent(from)) || (await byAccountAndAddress.isSpent(`${from} ${email}`));
}

/** Counts a login to the account and returns how many milliseconds a stranger must wait first. */
export async function delayOf({ email, device }: LoginSubject): Promise<number> {
  if (device) return 0;
  const attempts = await byAccount.count(email);
  return Math.min(Math.max(0, attempts - FREE_OF_DELAY) * DELAY.each, DELAY.most);
}

/** Takes back what `delayOf` counted. */
export async function forgetDelay({ email, device }: LoginSubject): Promise<void> {
  if (!device) await byAccount.release(email);
}

/** Counts an attempt. Returns false if it must not be verified. */
export async function countLogin({ email, address, device }: LoginSubject): Promise<boolean> {
  if (device) return (await byDevice.take(`${device} ${email}`)) === null;
  const from = sourceOf(address);
  if ((await byAddress.take(from)) !== null) return false;
  return undoIfBusy(
    async () => (await byAccountAndAddress.take(`${from} ${email}`)) === null,
    () => byAddress.release(from),
  );
}

/** Takes back what `countLogin` counted, because the login could not be verified to its end. */
export async function uncountLogin({ email, address, device }: LoginSubject): Promise<void> {
  const from = sourceOf(address);
  if (device) return byDevice.release(`${device} ${email}`);
  await Promise.all([byAccountAndAddress.release(`${from} ${email}`), byAddress.release(from)]);
}

/** A login resets the counter of its browser or pair; its address gets one attempt back. */
export async function forgetLogin({ email, address, device }: LoginSubject): Promise<void> {
  const from = sourceOf(address);
  if (device) return byDevice.forget(`${device} ${email}`);
  await Promise.all([byAccountAndAddress.forget(`${from} ${email}`), byAddress.release(from)]);
}
