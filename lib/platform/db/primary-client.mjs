const PROBE_MS = 1_000;

/**
 * @import { Client as PgClient, ClientConfig } from "pg"
 * @import { Server } from "./servers.mjs"
 * @typedef {ClientConfig & { servers?: Server[] | null }} Config
 * @typedef {(error: Error | null) => void} Callback
 */

/**
 * Connects to the primary among several servers (`servers` of serversIn). It tries them in order,
 * beginning with the last known primary. Without `servers` it behaves like `pg.Client`.
 *
 * Each server is first probed on a connection of its own, because a `pg.Client` connects only
 * once.
 * @param {typeof PgClient} Client `pg.Client`, loaded by the caller: the checks that run before
 *   packages are loaded use this module too
 * @returns {new (config?: Config) => PgClient}
 */
export function primaryClient(Client) {
  return class PrimaryClient extends Client {
    #config;
    #ended = false;

    /** @param {Config} [config] */
    constructor(config) {
      super(config);
      this.#config = config ?? {};
    }

    /**
     * @override
     * @overload
     * @returns {Promise<PgClient>}
     *
     * @overload
     * @param {Callback} callback
     * @returns {void}
     *
     * @param {Callback} [callback]
     * @returns {Promise<PgClient> | void}
     */
    connect(callback) {
      const { servers, ...config } = this.#config;
      if (!servers) return callback ? super.connect(callback) : super.connect();
      const connected = this.#connectToPrimary(servers, config);
      if (!callback) return connected;
      connected.then(() => callback(null), callback);
    }

    /**
     * @override
     * @overload
     * @returns {Promise<void>}
     *
     * @overload
     * @param {Callback} callback
     * @returns {void}
     *
     * @param {Callback} [callback]
     * @returns {Promise<void> | void}
     */
    end(callback) {
      this.#ended = true;
      return callback ? super.end(callback) : super.end();
    }

    /** @param {Server[]} servers @param {ClientConfig} config */
    async #connectToPrimary(servers, config) {
      Object.assign(this, await primaryAmong(servers, config, Client));
      if (this.#ended) throw new Error("Connection terminated");
      return super.connect();
    }
  };
}

/** The last known primary of each list of servers. @type {WeakMap<Server[], Server>} */
const last = new WeakMap();

/** @param {Server[]} servers @param {ClientConfig} config @param {typeof PgClient} Client */
async function primaryAmong(servers, config, Client) {
  const known = last.get(servers);
  const problems = [];
  for (const server of known ? [known, ...servers.filter((each) => each !== known)] : servers) {
    const problem = await problemWith(server, config, Client);
    if (problem === null) {
      last.set(servers, server);
      return server;
    }
    problems.push(`${server.host}:${server.port} ${problem}`);
  }
  // PostgreSQL's own code for a server that accepts no connections: nothing was done.
  throw Object.assign(new Error(`No server is the primary: ${problems.join("; ")}`), {
    code: "57P03",
    severity: "FATAL",
  });
}

/**
 * Why a server is not the primary, or null.
 * @param {Server} server
 * @param {ClientConfig} config
 * @param {typeof PgClient} Client
 */
async function problemWith({ host, port }, config, Client) {
  const client = new Client({ ...config, connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS });
  Object.assign(client, { host, port });
  client.on("error", () => {});
  try {
    await client.connect();
    /** @type {import("pg").QueryResult<{ readonly: boolean }>} */
    const { rows } = await client.query("SELECT current_setting('transaction_read_only') = 'on' AS readonly");
    return rows[0]?.readonly ? "is read-only" : null;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    return `did not answer (${code ?? message})`;
  } finally {
    client.end().catch(() => {});
  }
}
