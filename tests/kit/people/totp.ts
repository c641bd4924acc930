import { setTimeout as sleep } from "node:timers/promises";
import { generateSync } from "otplib";
import { asOwner } from "./owner";

/** The code that the person's device shows now, or at another time in milliseconds. */
export function codeOf({ seed }: { seed: string }, at = Date.now()): string {
  return generateSync({ secret: seed, epoch: Math.floor(at / 1000) });
}

/** Six digits that are no code within the surrounding minutes. */
export function wrongCodeOf(person: { seed: string }): string {
  const near = new Set(
    Array.from({ length: 13 }, (_, n) => (n - 6) * 30).map((seconds) => codeOf(person, Date.now() + seconds * 1000)),
  );
  for (let n = 0; ; n++) {
    const code = String(n).padStart(6, "0");
    if (!near.has(code)) return code;
  }
}

/** Forgets the last accepted step, so that a test need not wait 30 s for the next code. */
export async function rewind({ userId }: { userId: string }): Promise<void> {
  await asOwner("UPDATE totp_devices SET last_step = 0 WHERE user_id = $1", [userId]);
}

/** A currently valid code that counts as unused: the step is rewound first. */
export async function freshCodeOf(person: { userId: string; seed: string }): Promise<string> {
  await rewind(person);
  return codeOf(person);
}

/** Waits, in real time, until the device shows another code than `used`. */
export async function nextCode(seed: string, used: string | null): Promise<string> {
  while (codeOf({ seed }) === used) await sleep(250);
  return codeOf({ seed });
}
