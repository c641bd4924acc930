import pg from "pg";
import { primaryClient } from "../../platform/db/primary-client.mjs";
import { serversIn } from "../../platform/db/servers.mjs";
import { LEASE_MS } from "../../platform/lease";
import type { Timelines } from "../auth/timelines";
import { leaseUrl } from "../lease-url";
import { leaseConnectionOf, type Run } from "../run";
import { ACTIVE_KEYS } from "./active-keys-sql";
import type { RenewalAnswer } from "./key-cache";
import type { ActivePage, KeyRow, LeaseConnection, RenewalTurn, RenewedRow, ServerRow } from "./lease-protocol";
import { LeaseRefused } from "./lease-refused";
import { END_PREDECESSORS, LEAVE, LISTEN, READ_KEYS, RENEW, SERVER, TAKE_OVER } from "./lease-sql";

type Settings = {
  url: string;
  run: Run;
  timelines: Timelines;
  /** Called with what the log should say about the previous connection. */
  tell(sentence: LeaseRefused): void;
  /** A change was announced. */
  changed(): void;
};

/**
 * Opens the connection on which a gateway renews its lease and reads keys.
 *
 * Promise: what is read here was true on the server that grants the lease. A server grants it
 * with a commit that waits as its settings for standbys demand and succeeds without a warning.
 * Nothing is read before the first renewal was answered.
 * Attacks: a proxy that leads a new connection to another server than the open ones; a standby
 * that lags; an old primary that lives on; a pooler, behind which each statement may reach
 * another server; an administrator who cancels the wait for a standby, so that the commit
 * succeeds with a warning.
 */
export async function connectLease(settings: Settings): Promise<LeaseConnection> {
  const { url, run, changed } = settings;
  const { connectionString, servers } = serversIn(url);
  const config = {
    connectionString: leaseUrl(connectionString, leaseConnectionOf(run)),
    servers,
    connectionTimeoutMillis: LEASE_MS,
    keepAlive: true,
  };
  const client = new PrimaryClient(config);
  client.on("notification", changed);
  const connection = new Connection(client, run);
  try {
    await client.connect();
    await connection.meet(settings);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

const READ_ONLY = "The database is read-only (default_transaction_read_only), and gives no lease.";
/** PostgreSQL's read_only_sql_transaction: the write of the row fails, so no `readOnly` returns. */
const isReadOnly = (error: unknown): boolean => (error as { code?: string } | null)?.code === "25006";

const PrimaryClient = primaryClient(pg.Client);

class Connection implements LeaseConnection {
  readonly #client: pg.Client;
  readonly #run: Run;
  #renewedHere: () => void = () => undefined;
  #mayRead = false;
  #notices = 0;
  #ended: unknown = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: pg.Client, run: Run) {
    this.#client = client;
    this.#run = run;
    // Their severity is in the server's language. Nothing below a warning is sent.
    client.on("notice", () => this.#notices++);
    // A connection lost between two statements shows itself at the next one.
    client.on("error", (error) => {
      this.#ended ??= error;
    });
  }

  /**
   * Finds out which server this is, ends what earlier connections of this run left there, and
   * listens.
   */
  async meet({ timelines, tell }: Settings): Promise<void> {
    const [row] = await this.#query<ServerRow>(SERVER);
    if (!row?.timeline)
      throw new LeaseRefused(
        "GATEWAY_DATABASE_URL leads to a standby, which gives no lease. It must lead to the primary.",
      );
    const server = { system: row.system, timeline: Number.parseInt(row.timeline, 16) };
    if (timelines.isPast(server))
      throw new LeaseRefused(
        "GATEWAY_DATABASE_URL leads back to an old primary, which gives no lease: another server was promoted after it.",
      );
    this.#renewedHere = () => timelines.renewedOn(server);
    const left = await this.#query<{ waitedFor: string | null }>(END_PREDECESSORS, leaseConnectionOf(this.#run));
    if (left.some(({ waitedFor }) => waitedFor === "SyncRep"))
      tell(
        new LeaseRefused(
          "The last renewal waited for a synchronous standby, and none confirmed it (synchronous_standby_names).",
        ),
      );
    await this.#query(LISTEN);
  }

  renew({ begin, end }: RenewalTurn): Promise<void> {
    return this.#alone(async () => {
      const noticed = this.#notices;
      const { since, row } = begin();
      const rows = await this.#query<RenewedRow>(
        RENEW[row],
        since,
        this.#run.id,
        ...(row === "enter" ? this.#introduction() : []),
      );
      if (this.#notices > noticed)
        throw new LeaseRefused("A renewal was committed with a warning: no standby confirmed it.");
      end(this.#answerIn(rows));
      this.#renewedHere();
      this.#mayRead = true;
    }).catch((error: unknown) => {
      this.close();
      throw isReadOnly(error) ? new LeaseRefused(READ_ONLY) : error;
    });
  }

  readKeys(keys: string[]): Promise<KeyRow[]> {
    return this.#read(() => this.#query<KeyRow>(READ_KEYS, keys));
  }

  async readActive(after: string, most: number): Promise<ActivePage> {
    const [page] = await this.#read(() =>
      this.#query<{ last: string | null; active: string | null }>(ACTIVE_KEYS, after, most),
    );
    return { last: page?.last ?? null, active: page?.active?.split(",") ?? [] };
  }

  /** If it commits with a warning, a failover may lose it: ends the connection, like a renewal. */
  takeOver(id: string, source: string): Promise<string> {
    return this.#read(async () => {
      const noticed = this.#notices;
      const [row] = await this.#query<{ outcome: string }>(TAKE_OVER, id, source);
      if (this.#notices === noticed) return row?.outcome ?? "unknown";
      this.close();
      throw new LeaseRefused("A take-over was committed with a warning: no standby confirmed it.");
    });
  }

  leave(): Promise<void> {
    return this.#alone(async () => void (await this.#query(LEAVE, this.#run.id)));
  }

  close(): void {
    this.#mayRead = false;
    // While a statement is under way this destroys the socket.
    void this.#client.end().catch(() => undefined);
  }

  /** The values of a new row, apart from its id. */
  #introduction(): unknown[] {
    const { name, version, began, opens } = this.#run;
    return [name, version, (performance.now() - began) / 1_000, opens];
  }

  #read<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    return this.#alone(async () => {
      if (!this.#mayRead) throw new Error("nothing is read on a connection before its first renewal");
      return read();
    });
  }

  #answerIn(rows: RenewedRow[]): RenewalAnswer {
    const [first] = rows;
    if (!first) throw new Error("a renewal answered no row");
    const { pid, readOnly, present, snapshot, xmax } = first;
    if (pid !== (this.#client as unknown as { processID: number }).processID)
      throw new LeaseRefused(
        "GATEWAY_DATABASE_URL leads through a pooler, which gives no lease. It must lead to PostgreSQL itself.",
      );
    if (readOnly) throw new LeaseRefused(READ_ONLY);
    if (!present)
      throw new LeaseRefused(
        "This gateway's row is gone from the table gateways: there is no lease until it is written again.",
      );
    return { snapshot, xmax: BigInt(xmax), changed: rows.flatMap(({ key }) => key ?? []) };
  }

  /** Runs one statement at a time, in the order of the calls. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the connection if no answer comes within a lease: the next would wait behind it. */
  async #query<Row extends pg.QueryResultRow>(
    statement: { name?: string; text: string },
    ...values: unknown[]
  ): Promise<Row[]> {
    if (this.#ended) throw this.#ended;
    const timer = setTimeout(() => {
      this.#ended = new Error(`the database was silent for ${LEASE_MS} ms`);
      this.close();
    }, LEASE_MS);
    try {
      return (await this.#client.query<Row>({ ...statement, values })).rows;
    } catch (error) {
      this.#ended ??= error;
      this.close();
      throw this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }
}
