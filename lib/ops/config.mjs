import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as util from "node:util";
import { ExpectedError } from "./output.mjs";

/** What an external database needs besides DATABASE_URL. */
const WITH_DATABASE_URL = [
  "APP_DATABASE_URL",
  "GATEWAY_DATABASE_URL",
  "SUPPORT_DATABASE_URL",
  "SEALING_PUBLIC_KEY",
  "SEALING_PRIVATE_KEYS",
  "TOTP_KEYS",
  "NEXTAUTH_SECRET",
  "INVITATION_KEY",
  "SMTP_URL",
  "MAIL_FROM",
];

/**
 * Adds the variables of .env to this process's environment; one that is already set wins.
 * @param {string} root
 */
export function readDotEnv(root) {
  for (const [name, value] of Object.entries(parsed(root))) process.env[name] ??= value;
}

/** The names of the variables in .env. @param {string} root */
export const dotEnvNames = (root) => Object.keys(parsed(root));

/**
 * Some editors write a byte order mark, which would become part of the first name.
 * @param {string} root
 */
function parsed(root) {
  const file = path.join(root, ".env");
  return existsSync(file) ? util.parseEnv(readFileSync(file, "utf8").replace(/^\ufeff/, "")) : {};
}

/**
 * @typedef {{ PORT: number, GATEWAY_PORT: number }} Open
 * @typedef {Open & { AUTHORIZE_PORT?: number, METRICS_PORT?: number }} Ports
 */

/**
 * Reads the settings of a start, and checks them before anything is started. In
 * lib/platform/env.ts, each process checks its own settings again.
 * @returns {{ external: boolean, ports: Ports, host: string, origin: string }}
 */
export function readSettings() {
  const env = process.env;
  const ports = portsIn({ PORT: 3000, GATEWAY_PORT: 3001, AUTHORIZE_PORT: null, METRICS_PORT: null });
  const external = Boolean(env.DATABASE_URL);
  const missing = external ? WITH_DATABASE_URL.filter((name) => !env[name]) : [];
  if (missing.length > 0) {
    throw new ExpectedError(
      `With DATABASE_URL set, these must be set too: ${missing.join(", ")}.\n  npm run db:roles makes the database roles and their URLs, npm run keys the keys. .env.example explains every variable.`,
    );
  }
  if (env.SMTP_URL && !env.MAIL_FROM)
    throw new ExpectedError("SMTP_URL is set and MAIL_FROM is not. It is the sender of emails.");
  return {
    external,
    ports,
    host: env.HOST || "127.0.0.1",
    origin: env.PUBLIC_ORIGIN || `http://localhost:${ports.PORT}`,
  };
}

/**
 * The ports by variable, all different. A port that is not set and has no default is left out.
 * @param {Open & Record<Exclude<keyof Ports, keyof Open>, null>} defaults
 */
function portsIn(defaults) {
  /** @type {Map<string, number>} */
  const ports = new Map();
  for (const [variable, otherwise] of Object.entries(defaults)) {
    const port = portIn(variable, otherwise);
    const [same] = [...ports].find(([, other]) => other === port) ?? [];
    if (same) throw new ExpectedError(`${same} and ${variable} are both ${port}. Give them two different ports.`);
    if (port !== null) ports.set(variable, port);
  }
  return /** @type {Ports} */ (Object.fromEntries(ports));
}

/** @param {string} variable @param {number | null} otherwise */
function portIn(variable, otherwise) {
  const value = process.env[variable];
  if (!value) return otherwise;
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value);
  throw new ExpectedError(`${variable} is "${value}". It must be a port number from 1 to 65535.`);
}
