import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  KEY_NAMES,
  newKeys,
  sealsWithRsa,
  versionsIn,
  withNextSealingPair,
  withoutSealingVersionsBefore,
} from "./keys.mjs";
import { forEachRole, newPassword } from "./postgres/roles.mjs";

/**
 * @import { Keys, SealingPair } from "./keys.mjs"
 * @import { Role } from "./postgres/role-limits.mjs"
 * @typedef {object} Secrets
 * @property {string} installation its name
 * @property {string} postgres the superuser's password
 * @property {Record<Role, string>} roles their passwords
 * @property {Keys} keys
 */

/**
 * The secrets of an installation with the embedded database. The first start makes them; only this
 * user can read them.
 * @param {string} dataFolder
 * @returns {Secrets}
 */
export function installationSecrets(dataFolder) {
  const file = secretsFile(dataFolder);
  if (existsSync(file)) return completed(file, JSON.parse(readFileSync(file, "utf8")));
  const roles = forEachRole(newPassword);
  const secrets = { installation: randomUUID(), postgres: newPassword(), roles, keys: newKeys() };
  writePrivately(file, secrets);
  return secrets;
}

/**
 * Adds the next version of the sealing key.
 * @param {string} dataFolder
 * @returns {number} that version
 */
export function addSealingVersion(dataFolder) {
  const keys = changeKeys(dataFolder, (keys) => ({ ...keys, ...withNextSealingPair(keys) }));
  return Math.max(...versionsIn(keys.SEALING_PRIVATE_KEYS));
}

/**
 * Removes the versions of the sealing key before `oldest`.
 * @param {string} dataFolder
 * @param {number} oldest
 */
export function dropSealingVersions(dataFolder, oldest) {
  changeKeys(dataFolder, (keys) => ({ ...keys, ...withoutSealingVersionsBefore(keys, oldest) }));
}

/** @param {string} dataFolder @param {(keys: Keys) => Keys} change */
function changeKeys(dataFolder, change) {
  const secrets = installationSecrets(dataFolder);
  const keys = change(secrets.keys);
  writePrivately(secretsFile(dataFolder), { ...secrets, keys });
  return keys;
}

/** @param {string} dataFolder */
const secretsFile = (dataFolder) => path.join(dataFolder, "secrets.json");

/**
 * Adds keys that an installation made by an older version lacks. Before 0.3.0 it sealed with RSA;
 * such a key still opens old secrets but seals no new ones.
 * @param {string} file
 * @param {Omit<Secrets, "keys"> & { keys: SealingPair & Partial<Keys> }} secrets
 * @returns {Secrets}
 */
function completed(file, secrets) {
  const all = { ...newKeys(), ...secrets.keys };
  const keys = sealsWithRsa(all) ? { ...all, ...withNextSealingPair(all) } : all;
  if (KEY_NAMES.every((name) => secrets.keys[name] === keys[name])) return { ...secrets, keys };
  const whole = { ...secrets, keys };
  writePrivately(file, whole);
  return whole;
}

/** Creates the folder that only this user can enter. @param {string} root */
export function makeDataFolder(root) {
  const folder = path.join(root, ".data");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** @param {string} file @param {Secrets} value */
function writePrivately(file, value) {
  const partial = `${file}.partial`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(partial, file);
}
