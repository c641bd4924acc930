const PROBE_MS = 1_000;

/**
 * Connects to the primary among several servers (`servers` of serversIn). It tries them in order,
 * beginning with the last known primary. Without `servers` it behaves like `pg.Client`.
 *
 * Each server is first probed on a connection of its own, because a `pg.Client` connects only
 * once.
 * @param {typeof import("pg").Client} Client `pg.Client`, loaded by the caller: the checks that
 *   run before packages are loaded use this module too
 * @returns {new (config?: Config) => import("pg").Client}
 * @typedef {import("pg").ClientConfig & { servers?: { host: string, port: number }[] | null }} Config
 */
export function primaryClient(Client) {
  return class PrimaryClient extends Client {
    #config;
    #ended = false;

    constructor(config) {
      super(config);
      this.#config = config ?? {};
    }

    connect(callback) {
      if (!this.#config.servers) return super.connect(callback);
      const connected = this.#connectToPrimary();
      if (!callback) return connected;
      connected.then(() => callback(null), callback);
    }

    end(callback) {
      this.#ended = true;
      return super.end(callback);
    }

    async #connectToPrimary() {
      Object.assign(this, await primaryAmong(this.#config, Client));
      if (this.#ended) throw new Error("Connection terminated");
      return super.connect();
    }
  };
}

/** The last known primary of each list of servers. */
const last = new WeakMap();

async function primaryAmong({ servers, ...config }, Client) {
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
  throw Object.assign(new Error(`No server is the primary: ${problems.join("; ")}`), { code: "57P03", severity: "FATAL" });
}

/** Why a server is not the primary, or null. */
async function problemWith({ host, port }, config, Client) {
  const client = new Client({ ...config, connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS });
  Object.assign(client, { host, port });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("SELECT current_setting('transaction_read_only') = 'on' AS readonly");
    return rows[0].readonly ? "is read-only" : null;
  } catch (error) {
    return `did not answer (${error.code ?? error.message})`;
  } finally {
    client.end().catch(() => {});
  }
}
