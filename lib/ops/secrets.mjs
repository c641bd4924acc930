import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newPassword, ROLES } from "./database-roles.mjs";
import { KEY_NAMES, newKeys } from "./keys.mjs";

/**
 * The secrets of an installation with the embedded database, made at its first start: readable by this user alone.
 * @returns {{ installation: string, postgres: string, roles: Record<string, string>, keys: ReturnType<typeof newKeys> }}
 */
export function installationSecrets(dataFolder) {
  const file = path.join(dataFolder, "secrets.json");
  if (existsSync(file)) return completed(file, JSON.parse(readFileSync(file, "utf8")));
  const roles = Object.fromEntries(ROLES.map((role) => [role, newPassword()]));
  const secrets = { installation: randomUUID(), postgres: newPassword(), roles, keys: newKeys() };
  writePrivately(file, secrets);
  return secrets;
}

// An installation made by an older version lacks the keys that came later.
function completed(file, secrets) {
  if (KEY_NAMES.every((name) => secrets.keys[name])) return secrets;
  const whole = { ...secrets, keys: { ...newKeys(), ...secrets.keys } };
  writePrivately(file, whole);
  return whole;
}

/** Makes the folder that only this user may enter. */
export function makeDataFolder(root) {
  const folder = path.join(root, ".data");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

function writePrivately(file, value) {
  const partial = `${file}.partial`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(partial, file);
}
