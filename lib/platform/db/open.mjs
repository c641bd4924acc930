import { primaryClient } from "./primary-client.mjs";
import { serversIn } from "./servers.mjs";

/**
 * A connection, not yet opened, as a URL says: for programs that open one and end it. The package
 * is loaded here, at first use.
 * @param {string} url
 * @param {import("pg").ClientConfig} [settings]
 * @returns {Promise<import("pg").Client>}
 */
export async function clientFor(url, settings) {
  const { default: pg } = await import("pg");
  const client = new (primaryClient(pg.Client))({ ...serversIn(url), ...settings });
  // One that is lost between two statements shows itself at the next.
  return client.on("error", () => {});
}
