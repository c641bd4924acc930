import pg from "pg";
import { primaryClient } from "../database/primary-client.mjs";
import { serversIn } from "../database/servers.mjs";
import { LeaseRefused } from "./lease-refused";
import { END_PREDECESSORS, READ_KEYS, RENEW, SERVER } from "./lease-sql";
import { LEASE_MS, type RenewalAnswer } from "./leases";
import type { Timelines } from "./timelines";

export type KeyRow = { id: string; key: string; number: number; merchantId: string; merchantName: string; allowedIps: string[] } & (
  | { status: "active"; sealed: Uint8Array<ArrayBuffer>; keyVersion: number; activatedAt: Date }
  | { status: "generated" | "inactive" | "retired" }
);

/** Asked for the snapshot to begin from in the moment the statement is sent; told the answer before anything is read after it. */
export type Turn = { begin(): string | null; end(answer: RenewalAnswer): void };

export type LeaseConnection = {
  /** Throws, and ends the connection, where the answer gives no lease. */
  renew(turn: Turn): Promise<void>;
  readKeys(keys: string[]): Promise<KeyRow[]>;
  close(): void;
};

type Settings = {
  url: string;
  /** Holds the id of this run, so that a later connection finds what is left of this one. */
  applicationName: string;
  timelines: Timelines;
  /** Told what the log should say of the connection before. */
  tell(sentence: LeaseRefused): void;
};

/**
 * Opens the connection that a gateway renews its lease on, and reads keys on.
 *
 * Promise: what is read here was true on the server that grants the lease. A server grants it by committing as its settings for standbys demand, and
 * saying so without a warning. Nothing is read before the first renewal was answered.
 * Attacks: a proxy that leads a new connection to another server than the ones that are open; a standby that lags; an old primary that lives on. A pooler,
 * behind which each statement may reach another server. A wait for a standby that an administrator cancels: the commit succeeds, with a warning.
 */
export async function connectLease(settings: Settings): Promise<LeaseConnection> {
  const { url, applicationName } = settings;
  const { connectionString, servers } = serversIn(url);
  const starting = startingUrl(connectionString, applicationName);
  const client = new PrimaryClient({ connectionString: starting, servers, connectionTimeoutMillis: LEASE_MS, keepAlive: true });
  const connection = new Connection(client);
  try {
    await client.connect();
    await connection.meet(settings);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Said at the start of the connection, where they outrank a role's, a database's and the URL's own settings: any of those would hide the warning, or
 * not wait. The time limits end all that is slow but the wait for a standby, which nothing on the server ends.
 */
const SETTINGS = {
  synchronous_commit: "on",
  client_min_messages: "warning",
  statement_timeout: LEASE_MS - 100,
  lock_timeout: LEASE_MS - 200,
  // Both statements look keys up by an index, whatever the planner knows of the table.
  enable_seqscan: "off",
};

function startingUrl(url: string, applicationName: string): string {
  const starting = new URL(url);
  const own = Object.entries(SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  starting.searchParams.set("options", [starting.searchParams.get("options") ?? "", ...own].join(" ").trim());
  starting.searchParams.set("application_name", applicationName);
  return starting.href;
}

const PrimaryClient = primaryClient(pg.Client);

type ServerRow = { system: string; timeline: string | null };
type RenewedRow = { snapshot: string; xmax: string; pid: number; readOnly: boolean; key: string | null };

class Connection implements LeaseConnection {
  readonly #client: pg.Client;
  #renewedHere: () => void = () => undefined;
  #mayRead = false;
  #notices = 0;
  #ended: unknown = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: pg.Client) {
    this.#client = client;
    // Their severity is in the server's language. Nothing below a warning is sent.
    client.on("notice", () => this.#notices++);
    // A connection lost between two statements shows itself at the next one.
    client.on("error", (error) => {
      this.#ended ??= error;
    });
  }

  /** Finds out which server this is, and ends what earlier connections of this run left there. */
  async meet({ applicationName, timelines, tell }: Settings): Promise<void> {
    const [row] = await this.#query<ServerRow>(SERVER);
    if (!row?.timeline)
      throw new LeaseRefused("GATEWAY_DATABASE_URL leads to a standby, which gives no lease. It must lead to the primary.");
    const server = { system: row.system, timeline: Number.parseInt(row.timeline, 16) };
    if (timelines.isPast(server))
      throw new LeaseRefused(
        "GATEWAY_DATABASE_URL leads back to an old primary, which gives no lease: another server was promoted after it.",
      );
    this.#renewedHere = () => timelines.renewedOn(server);
    const left = await this.#query<{ waitedFor: string | null }>(END_PREDECESSORS, applicationName);
    if (left.some(({ waitedFor }) => waitedFor === "SyncRep"))
      tell(new LeaseRefused("The last renewal waited for a synchronous standby, and none confirmed it (synchronous_standby_names)."));
  }

  renew({ begin, end }: Turn): Promise<void> {
    return this.#alone(async () => {
      const noticed = this.#notices;
      const rows = await this.#query<RenewedRow>(RENEW, begin());
      if (this.#notices > noticed) throw new LeaseRefused("A renewal was committed with a warning: no standby confirmed it.");
      end(this.#answerIn(rows));
      this.#renewedHere();
      this.#mayRead = true;
    }).catch((error: unknown) => {
      this.close();
      throw error;
    });
  }

  readKeys(keys: string[]): Promise<KeyRow[]> {
    return this.#alone(async () => {
      if (!this.#mayRead) throw new Error("nothing is read on a connection before its first renewal");
      return this.#query<KeyRow>(READ_KEYS, keys);
    });
  }

  close(): void {
    this.#mayRead = false;
    // While a statement is under way this destroys the socket.
    void this.#client.end().catch(() => undefined);
  }

  #answerIn(rows: RenewedRow[]): RenewalAnswer {
    const [first] = rows;
    if (!first) throw new Error("a renewal answered no row");
    const { pid, readOnly, snapshot, xmax } = first;
    if (pid !== (this.#client as unknown as { processID: number }).processID)
      throw new LeaseRefused("GATEWAY_DATABASE_URL leads through a pooler, which gives no lease. It must lead to PostgreSQL itself.");
    if (readOnly) throw new LeaseRefused("The database is read-only (default_transaction_read_only), and gives no lease.");
    return { snapshot, xmax: BigInt(xmax), changed: rows.flatMap(({ key }) => key ?? []) };
  }

  /** One statement at a time, in the order asked for: each is sent in the moment its turn comes. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** What is not answered within a lease ends the connection: left open, it would answer the next question with this one's answer still before it. */
  async #query<Row extends pg.QueryResultRow>(statement: { name?: string; text: string }, value?: unknown): Promise<Row[]> {
    if (this.#ended) throw this.#ended;
    const timer = setTimeout(() => {
      this.#ended = new Error(`the database was silent for ${LEASE_MS} ms`);
      this.close();
    }, LEASE_MS);
    try {
      return (await this.#client.query<Row>({ ...statement, values: value === undefined ? [] : [value] })).rows;
    } catch (error) {
      this.#ended ??= error;
      this.close();
      throw this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }
}
