import { programs } from "../../words/integration/programs";
import { type Refused, refusedWords } from "../../words/key-usage";
import type { KeyRow } from "./queries";

/** What happened to the requests of the active key since its activation. */
export type FirstRequest = {
  id: string;
  number: number;
  allowedIps: string[];
  activatedAt: string;
  /** A sample command with the key filled in, but never the secret key. */
  command: string;
  accepted: { at: string; source: string } | null;
  refused: ({ at: string; source: string; reason: string } & Refused) | null;
};

/** A smaller deviation of a gateway's clock is not corrected. */
const CLOCKS_MS = 1_000;

const SECRET_PLACE = "your-secret-key";

/** Null if no key is active. */
export function firstRequestOf(keys: readonly KeyRow[], gateway: string): FirstRequest | null {
  const active = keys.find(({ state }) => state === "active");
  if (!active?.activatedAt) return null;
  const { id, number, key, allowedIps, activatedAt, usage } = active;
  const since = Date.parse(activatedAt) - CLOCKS_MS;
  const accepted = usage.used && Date.parse(usage.used.at) >= since ? usage.used : null;
  const refused = usage.refused && Date.parse(usage.refused.at) >= since ? usage.refused : null;
  return {
    ...{ id, number, allowedIps, activatedAt, accepted },
    command: commandFor(key, gateway),
    refused: refused && {
      ...{ at: refused.at, source: refused.source, reason: refused.reason },
      ...refusedWords(refused.reason, refused.mistake, refused.looked, { state: "active", allow: true }),
    },
  };
}

function commandFor(key: string, gateway: string): string {
  const text = programs(gateway)[0]?.text ?? "";
  return `COUNTERSIGN_SECRET=${SECRET_PLACE}\n${text.replace("$COUNTERSIGN_KEY", key)}`;
}
