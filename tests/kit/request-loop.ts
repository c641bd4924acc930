import { setTimeout as sleep } from "node:timers/promises";
import type { StoredKey } from "./gateway/gateway-keys";
import { codeOf, whoamiOnce } from "./gateway/gateway-requests";

/**
 * A gateway's reply about a key ("none" if there was no reply), and when the request was sent on
 * this process's monotonic clock.
 */
export type Answered = { key: StoredKey; sent: number; code: string };

export type RequestLoop = {
  /** Starts to send requests with this key too. */
  about(key: StoredKey): void;
  answers(): Answered[];
  /** Resolves once a request with this key, sent after this moment, got this code. */
  answered(key: StoredKey, code: string, after?: number): Promise<void>;
  stop(): Promise<void>;
};

const PAUSE_MS = 2;
/** While the port is closed. The gateway runs in this process, and needs its turns to reconnect. */
const CLOSED_MS = 50;
/** Less than the time after which the runner considers a test stuck. */
const MAX_MS = 45_000;

/** Sends a gateway endless requests, one after the other for each key. */
export function startRequestLoop(gateway: { origin: string }): RequestLoop {
  const all: Answered[] = [];
  const clients: Promise<void>[] = [];
  let running = true;
  const client = async (key: StoredKey) => {
    while (running) {
      const sent = performance.now();
      const code = await whoamiOnce(gateway, key).then(codeOf, () => "none");
      all.push({ key, sent, code });
      await sleep(code === "none" ? CLOSED_MS : PAUSE_MS);
    }
  };
  return {
    about: (key) => void clients.push(client(key)),
    answers: () => all,
    async answered(key, code, after = 0) {
      const since = () => all.filter((each) => each.key === key && each.sent > after).map((each) => each.code);
      for (const deadline = performance.now() + MAX_MS; !since().includes(code); await sleep(10))
        if (performance.now() > deadline)
          throw new Error(`key ${key.number} was not answered with ${code}, but with ${[...new Set(since())]}`);
    },
    async stop() {
      running = false;
      await Promise.all(clients);
    },
  };
}

export const ACCEPTED = "200 accepted";
export const REFUSED = "403 bad_header_key";
