/** When a mail that did not go is tried again. Pure; times in seconds. */
const FIRST = 5;
const LONGEST = 60 * 60;

/** RFC 5321 4.5.4.1 asks for four to five days. */
export const GIVE_UP_DAYS = 5;

/** Doubles from 5 s to an hour, then stays. The last half is by chance, so that mails that failed together do not come back together. */
export function secondsUntilNext(attempts: number, random: () => number): number {
  const longest = Math.min(FIRST * 2 ** Math.min(attempts - 1, 30), LONGEST);
  return longest * (0.5 + random() / 2);
}
