import type { ActiveKeys } from "../cache/active-keys";
import type { ActiveKey } from "../cache/cached-key";
import type { KeyCache } from "../cache/key-cache";
import type { Refusal } from "../http/errors";
import type { Body } from "../http/request";
import type { Evidence } from "../usage/evidence";
import type { LookupLimit } from "./lookup-limit";
import type { Standby } from "./standby";

/** What the checks of a request are made with. */
export type AuthDeps = {
  keyCache: Pick<KeyCache, "isFresh" | "renewal" | "peek" | "load" | "isCurrent" | "until">;
  lookups: Pick<LookupLimit, "take" | "release">;
  activeKeys: Pick<ActiveKeys, "mayBeActive">;
  standby: Pick<Standby, "ask">;
  /** Called with the reason if a key cannot be read. The client only learns that it cannot. */
  failed(error: unknown): void;
};

/**
 * An accepted request: its key, the entry of the key's IP list that allows it ("any" for an empty
 * list), and how long the verdict holds (wall clock, milliseconds). `again` checks the request
 * again once the verdict no longer holds.
 */
export type Accepted = {
  key: ActiveKey;
  source: string;
  rule: string;
  body: Body;
  until: number;
  isCurrent: StillCurrent;
  again(): Promise<AuthResult>;
};

/**
 * Whether a verdict still holds. Call it at the moment the verdict takes effect. Attack: a
 * process decides, then is suspended or waits for the upstream's connection, and sends its answer
 * when the key is long deactivated.
 */
export type StillCurrent = () => boolean;

/** The key's number is for the log; null while the key is not known. */
export type AuthResult = { keyNumber: number | null } & (
  | { accepted: Accepted }
  | { refused: Refusal; evidence?: Evidence }
);
export type Refused = Extract<AuthResult, { refused: Refusal }>;
