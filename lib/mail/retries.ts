/** The shortest and the longest wait before a mail that failed is tried again, in seconds. */
const FIRST = 5;
const LONGEST = 60 * 60;

/** RFC 5321 4.5.4.1 recommends four to five days. */
export const GIVE_UP_DAYS = 5;

/**
 * The wait after so many attempts. It doubles from 5 s up to an hour, and its second half is
 * random, so that mails that failed together are not retried together.
 */
export function secondsUntilNext(attempts: number, random: () => number): number {
  const longest = Math.min(FIRST * 2 ** Math.min(attempts - 1, 30), LONGEST);
  return longest * (0.5 + random() / 2);
}
