import { undoneIfBusy } from "../busy";
import { canonicalAddress } from "../ip-allowlist/address";
import { networkOf } from "../ip-allowlist/network";
import { limit } from "../limits";

/*
 * Promise: passwords are guessed at most ten times in 15 minutes from one address against one account, and a hundred times from one
 * address against all; what many addresses try against one account is slowed down, and never shuts its owner out. A known browser
 * counts by itself, apart from every stranger. Every attempt is counted before it is judged, so a burst gains nothing. ASVS 5.0 6.1.1, 6.3.1.
 */
const WINDOW = 15 * 60;
const byDevice = limit("login-device", 10, WINDOW);
const byAccountAndAddress = limit("login-pair", 10, WINDOW);
const byAddress = limit("login-address", 100, WINDOW);
const byAccount = limit("login-account", Number.MAX_SAFE_INTEGER, WINDOW);

const FREE_OF_DELAY = 20;
const DELAY = { each: 250, most: 5_000 };

export type Who = { email: string; address: string | null; device: string | null };

/** Counts an attempt: null when it may not be judged, else how many milliseconds it waits first. */
export async function admitLogin({ email, address, device }: Who): Promise<number | null> {
  if (device) return (await byDevice.take(`${device} ${email}`)) === null ? 0 : null;
  const from = network(address);
  if ((await byAddress.take(from)) !== null) return null;
  return undoneIfBusy(
    async () => {
      if ((await byAccountAndAddress.take(`${from} ${email}`)) !== null) return null;
      return undoneIfBusy(
        async () => delayOf(await byAccount.count(email)),
        () => byAccountAndAddress.giveBack(`${from} ${email}`),
      );
    },
    () => byAddress.giveBack(from),
  );
}

const delayOf = (attempts: number): number => Math.min(Math.max(0, attempts - FREE_OF_DELAY) * DELAY.each, DELAY.most);

/** After a login that was not judged to its end: it was no attempt. */
export async function uncountLogin({ email, address, device }: Who): Promise<void> {
  const from = network(address);
  if (device) return byDevice.giveBack(`${device} ${email}`);
  await Promise.all([byAccountAndAddress.giveBack(`${from} ${email}`), byAddress.giveBack(from), byAccount.giveBack(email)]);
}

/** After a login nothing is held against the browser or the pair; the address gets its one attempt back. */
export async function forgetLogin({ email, address, device }: Who): Promise<void> {
  const from = network(address);
  if (device) return byDevice.forget(`${device} ${email}`);
  await Promise.all([byAccountAndAddress.forget(`${from} ${email}`), byAddress.giveBack(from)]);
}

/** An IPv6 customer holds a whole /64; requests without a readable address share one counter. */
function network(address: string | null): string {
  const canonical = canonicalAddress(address ?? "");
  return canonical === null ? "unknown" : networkOf(canonical);
}
