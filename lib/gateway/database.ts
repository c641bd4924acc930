import { withTimeout } from "../platform/with-timeout";
import { Timelines } from "./auth/timelines";
import { ActiveKeys } from "./cache/active-keys";
import { batchLoader } from "./cache/batch-loader";
import { MAX_CHANGES, RENEWAL_MS, type RenewalAnswer, Unavailable } from "./cache/key-cache";
import { connectLease } from "./cache/lease-connection";
import type { KeyRow, LeaseConnection } from "./cache/lease-protocol";
import { serialQueue } from "./cache/serial-queue";
import type { Run } from "./run";

export type Database = {
  /**
   * Reads one key as it is now; null if there is none. Waits up to half a second for a connection
   * whose first renewal is done.
   * @param later nobody waits for it
   */
  readKey(key: string, later?: boolean): Promise<KeyRow | null>;
  /**
   * Opens the one connection that renews the lease. After its first renewal, keys are read on it
   * too. `changed` is called when a change is announced.
   */
  connect(changed?: () => void): Promise<LeaseConnection>;
  /**
   * Swaps a key on standby with the active one, for a request from this address, unless the
   * database decides otherwise. Returns what became of it.
   */
  takeOver(id: string, source: string): Promise<string>;
  /** The keys that were active at about the last renewal. No request is checked with them. */
  activeKeys: Pick<ActiveKeys, "mayBeActive" | "size">;
};

/**
 * A gateway's connection to the database, in a role that may read keys and write its own row. A
 * statement that takes longer than a lease is useless: it fails, and its connection ends.
 *
 * @param entered called when the first renewal on a connection has written the gateway's row
 */
export function openDatabase(
  url: string,
  run: Run,
  tell: (error: unknown) => void,
  entered = (): void => undefined,
): Database {
  const settings = { url, run, timelines: new Timelines(), tell };
  // One read at a time, so that a renewal waits for one read at most.
  const oneRead = serialQueue();
  const activeKeys = new ActiveKeys();
  const readable = new Readable((connection, isFirst, { changed }) => {
    if (isFirst) entered();
    const keptUp =
      isFirst || changed.length > MAX_CHANGES
        ? activeKeys.load((after, most) => oneRead(() => connection.readActive(after, most)))
        : activeKeys.changed(changed, async (key) => ACCEPTABLE.has((await read(key))?.status ?? ""));
    // A read that fails ends its connection, so the next renewal reports it.
    keptUp.catch(() => undefined);
  });
  const read = batchLoader((keys) => oneRead(() => readable.now().readKeys(keys)));
  return {
    async readKey(key, later) {
      await readable.soon();
      return read(key, later);
    },
    async takeOver(id, source) {
      await readable.soon();
      return readable.now().takeOver(id, source);
    },
    connect: async (changed = () => undefined) => readable.once(await connectLease({ ...settings, changed })),
    activeKeys,
  };
}

/** What a key may be that is looked up without being counted. */
const ACCEPTABLE: ReadonlySet<string> = new Set<KeyRow["status"]>(["active", "standby"]);

type Renewed = (connection: LeaseConnection, isFirst: boolean, answer: RenewalAnswer) => void;

/** Holds the connection on which keys may be read, if there is one. */
class Readable {
  #connection: LeaseConnection | null = null;
  #arrival: Promise<void> | null = null;
  #arrived: () => void = () => undefined;
  readonly #renewed: Renewed;

  constructor(renewed: Renewed) {
    this.#renewed = renewed;
  }

  now(): LeaseConnection {
    if (!this.#connection) throw new Unavailable("there is no connection to read keys on");
    return this.#connection;
  }

  async soon(): Promise<void> {
    if (this.#connection) return;
    this.#arrival ??= new Promise((arrived) => {
      this.#arrived = arrived;
    });
    await withTimeout(RENEWAL_MS, this.#arrival);
  }

  /**
   * Returns the connection, wrapped: keys are read on it from its first renewal until it is
   * closed or a renewal fails.
   */
  once(connection: LeaseConnection): LeaseConnection {
    const leave = () => {
      if (this.#connection === given) this.#connection = null;
    };
    const given: LeaseConnection = {
      readKeys: (keys) => connection.readKeys(keys),
      readActive: (after, most) => connection.readActive(after, most),
      takeOver: (id, source) => connection.takeOver(id, source),
      leave: () => connection.leave(),
      renew: async (turn) => {
        const end = (answer: RenewalAnswer) => {
          turn.end(answer);
          this.#renewed(connection, this.#connection !== given, answer);
        };
        await connection.renew({ begin: turn.begin, end }).catch((error: unknown) => {
          leave();
          throw error;
        });
        this.#connection = given;
        this.#arrived();
        this.#arrival = null;
      },
      close() {
        leave();
        connection.close();
      },
    };
    return given;
  }
}
