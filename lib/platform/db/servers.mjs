/*
 * postgresql://user:word@a:5432,b:5432/db?target_session_attrs=read-write: a URL of several
 * servers, one of which is the primary at any time. libpq reads such URLs and `pg` does not. They
 * are read here, and primary-client.mjs connects.
 */

const URL_PARTS = /^(?=postgres(?:ql)?:\/\/.)(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;
const SERVER = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/;
const PRIMARY = ["read-write", "primary"];

/** @typedef {{ host: string, port: number }} Server */

/**
 * The connection string for `pg`, and the servers among which the primary is looked for; null if
 * the URL names one server and does not demand that it is the primary.
 * @param {string} url
 * @returns {{ connectionString: string, servers: Server[] | null }}
 * @throws an Error whose message follows the name of the variable
 */
export function serversIn(url) {
  const [, before, authority = "", path = "", query] = URL_PARTS.exec(url) ?? [];
  if (before === undefined) throw new Error("must be a postgres:// URL");
  const parameters = new URLSearchParams(query);
  const wanted = parameters.get("target_session_attrs");
  const names = authority.split(",");
  if (names.length === 1 && wanted === null && !parameters.get("host")?.includes(","))
    return { connectionString: url, servers: null };
  if (parameters.has("host")) throw new Error("must name its servers in front of the path, and not as ?host=");
  if (wanted === null || !PRIMARY.includes(wanted))
    throw new Error("must say target_session_attrs=read-write where it names several servers");
  parameters.delete("target_session_attrs");
  const rest = parameters.size > 0 ? `?${parameters}` : "";
  return { connectionString: `${before}${names[0]}${path}${rest}`, servers: names.map(serverIn) };
}

/** @param {string} name @returns {Server} */
function serverIn(name) {
  const [, host, port = "5432"] = SERVER.exec(name) ?? [];
  if (!host || Number(port) < 1 || Number(port) > 65_535)
    throw new Error("must name each server as host:port, with commas between");
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/**
 * The same servers and database for another user.
 * @param {string} url
 * @param {string} user
 * @param {string} password
 */
export function asUser(url, user, password) {
  const [, before, authority, path, query] = URL_PARTS.exec(url) ?? [];
  if (before === undefined) throw new Error("DATABASE_URL must be a postgres:// URL");
  const scheme = before.slice(0, before.indexOf("://") + 3);
  return `${scheme}${user}:${encodeURIComponent(password)}@${authority}${path}${query === undefined ? "" : `?${query}`}`;
}
