import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { ExpectedError } from "./output.mjs";

/** A port of 127.0.0.1 that is free now. */
export async function freePort() {
  const server = await listen(0, "127.0.0.1");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await close(server);
  return port;
}

/**
 * Refuses with one line if the port cannot be opened. After a run that was killed, its servers may
 * need a moment to end, which `patience` allows for.
 * @param {{ variable: string, port: number, host: string, patience?: number, command?: string }}
 * wanted `patience` in milliseconds
 */
export async function claimPort({ variable, port, host, patience = 0, command }) {
  for (const until = Date.now() + patience; ; await delay(100)) {
    try {
      return await close(await listen(port, host));
    } catch (caught) {
      const error = /** @type {NodeJS.ErrnoException} */ (caught);
      if (error.code === "EADDRINUSE" && Date.now() < until) continue;
      throw new ExpectedError(portReason(error, { variable, port, host, command }));
    }
  }
}

/**
 * One line that says why a port cannot be opened, and what to do about it.
 * @param {Pick<NodeJS.ErrnoException, "code" | "message">} error
 * @param {{ variable: string, port: number, host: string, command?: string | undefined }} wanted
 */
export function portReason({ code, message }, { variable, port, host, command = "npm start" }) {
  if (code === "EADDRINUSE")
    return `Port ${port} is in use by another program. Stop it, or choose another: ${variable}=${port + 10} ${command}`;
  if (code === "EACCES")
    return `Port ${port} may not be opened by this user. Choose one above 1023: ${variable}=${port + 3000} ${command}`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `HOST: this machine has no address ${host}.`;
  return `Port ${port} (${variable}) cannot be opened: ${message}`;
}

/** @param {number} port @param {string} host @returns {Promise<import("node:net").Server>} */
const listen = (port, host) =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });

/** @param {import("node:net").Server} server @returns {Promise<void>} */
const close = (server) => new Promise((resolve) => server.close(() => resolve()));
