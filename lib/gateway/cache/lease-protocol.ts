import type { MerchantId } from "../../platform/ids";
import type { RowUse } from "../own-row";
import type { RenewalAnswer } from "./key-cache";

/** A key as a gateway reads it. */
export type KeyRow = {
  id: string;
  key: string;
  number: number;
  merchantId: MerchantId;
  merchantName: string;
  allowedIps: string[];
  /** Null while the key has no secret. */
  fingerprint: string | null;
} & (
  | { status: "active"; sealed: Uint8Array<ArrayBuffer>; keyVersion: number; activatedAt: Date }
  | {
      status: "standby";
      sealed: Uint8Array<ArrayBuffer>;
      keyVersion: number;
      takesOver: "first_request" | "manual";
      /** How much longer it waits, in milliseconds. */
      waitsMs: number;
    }
  | { status: "generated" | "inactive" | "retired" }
);

/** The snapshot to begin from, and what the renewal does with the gateway's own row. */
export type RenewalRequest = { since: string | null; row: RowUse };
/**
 * `begin` is called at the moment the renewal is sent. `end` receives the answer before anything
 * is read after it.
 */
export type RenewalTurn = { begin(): RenewalRequest; end(answer: RenewalAnswer): void };

export type LeaseConnection = {
  /** Throws and ends the connection if the answer grants no lease. */
  renew(turn: RenewalTurn): Promise<void>;
  readKeys(keys: string[]): Promise<KeyRow[]>;
  /** The active keys among the next `most` keys after this one. */
  readActive(after: string, most: number): Promise<ActivePage>;
  /** Asks for a take-over with a request from this address. Returns "taken", or the key's state. */
  takeOver(id: string, source: string): Promise<string>;
  /** Deletes the gateway's row, once it has given up its lease. */
  leave(): Promise<void>;
  close(): void;
};

/** `last` is the key to continue from; null if there are no more. */
export type ActivePage = { last: string | null; active: string[] };

export type ServerRow = { system: string; timeline: string | null };
export type RenewedRow = {
  snapshot: string;
  xmax: string;
  pid: number;
  readOnly: boolean;
  present: boolean;
  key: string | null;
};
