import { primaryClient } from "./primary-client.mjs";
import { serversIn } from "./servers.mjs";

/**
 * Creates a connection from a URL without opening it, for programs that open one connection and
 * end it. The package is loaded here, at first use.
 * @param {string} url
 * @param {import("pg").ClientConfig} [settings]
 * @returns {Promise<import("pg").Client>}
 */
export async function clientFor(url, settings) {
  const { default: pg } = await import("pg");
  const client = new (primaryClient(pg.Client))({ ...serversIn(url), ...settings });
  // A connection that is lost between two statements fails at the next one.
  return client.on("error", () => {});
}
