import { atMost } from "./at-most";
import { batched } from "./batched";
import { connectLease, type KeyRow, type LeaseConnection } from "./lease-connection";
import { RENEWAL_MS, Unavailable } from "./leases";
import type { Run } from "./run";
import { Timelines } from "./timelines";

export type Database = {
  /** Reads one key as it is now; null where there is none. Waits for a connection whose first renewal was answered, half a second at most. */
  readKey(key: string): Promise<KeyRow | null>;
  /**
   * Opens the one connection to renew on; keys are read there too, from its first renewal on.
   * `changed` is called when a change is announced.
   */
  connect(changed?: () => void): Promise<LeaseConnection>;
};

/** A gateway's own way to the database, in a role that may read keys and write its own row. What takes longer than a lease is no use: it fails, and its connection ends. */
export function openDatabase(url: string, run: Run, tell: (error: unknown) => void): Database {
  const settings = { url, run, timelines: new Timelines(), tell };
  const readable = new Readable();
  const read = batched((keys) => readable.now().readKeys(keys));
  return {
    async readKey(key) {
      await readable.soon();
      return read(key);
    },
    connect: async (changed = () => undefined) => readable.once(await connectLease({ ...settings, changed })),
  };
}

/** The connection that may be read on, if there is one. */
class Readable {
  #connection: LeaseConnection | null = null;
  #arrival: Promise<void> | null = null;
  #arrived: () => void = () => undefined;

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
      leave: () => connection.leave(),
      renew: async (turn) => {
        await connection.renew(turn).catch((error: unknown) => {
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
