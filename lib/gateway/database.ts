import { atMost } from "../platform/at-most";
import { Timelines } from "./auth/timelines";
import { ActiveKeys } from "./cache/active-keys";
import { batchLoader } from "./cache/batch-loader";
import { MOST_CHANGES, RENEWAL_MS, type RenewalAnswer, Unavailable } from "./cache/key-cache";
import { connectLease, type KeyRow, type LeaseConnection } from "./cache/lease-connection";
import { oneAtATime } from "./cache/one-at-a-time";
import type { Run } from "./run";

export type Database = {
  /** Reads one key as it is now; null where there is none. Waits for a connection whose first renewal was answered, half a second at most. */
  readKey(key: string): Promise<KeyRow | null>;
  /**
   * Opens the one connection to renew on; keys are read there too, from its first renewal on.
   * `changed` is called when a change is announced.
   */
  connect(changed?: () => void): Promise<LeaseConnection>;
  /** Swaps a key on standby with the active one for a request from this address, unless the database judges otherwise; says what became of it. */
  takeOver(id: string, source: string): Promise<string>;
  /** Which keys are active, as of the last renewal or nearly so: no request is judged by it. */
  activeKeys: Pick<ActiveKeys, "mayBeActive" | "size">;
};

/**
 * A gateway's own way to the database, in a role that may read keys and write its own row. What takes
 * longer than a lease is no use: it fails, and its connection ends.
 *
 * @param entered called when the gateway's row was written with the first renewal on a connection
 */
export function openDatabase(url: string, run: Run, tell: (error: unknown) => void, entered = (): void => undefined): Database {
  const settings = { url, run, timelines: new Timelines(), tell };
  // So that a renewal waits for one of them at most.
  const oneRead = oneAtATime();
  const activeKeys = new ActiveKeys();
  const readable = new Readable((connection, isFirst, { changed }) => {
    if (isFirst) entered();
    const keptUp =
      isFirst || changed.length > MOST_CHANGES
        ? activeKeys.load((after, most) => oneRead(() => connection.readActive(after, most)))
        : activeKeys.changed(changed, async (key) => ACCEPTABLE.has((await read(key))?.status ?? ""));
    // A read that fails ends its connection, and so the next renewal says it.
    keptUp.catch(() => undefined);
  });
  const read = batchLoader((keys) => oneRead(() => readable.now().readKeys(keys)));
  return {
    async readKey(key) {
      await readable.soon();
      return read(key);
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

/** The connection that may be read on, if there is one. */
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
    await atMost(RENEWAL_MS, this.#arrival);
  }

  /** The same connection; it is read on once it was renewed on, until it is closed or a renewal fails. */
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
