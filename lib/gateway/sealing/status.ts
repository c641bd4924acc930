import type { KeyRing } from "../../platform/crypto/key-ring";
import type { Query } from "./connection";
import { gatewaysLacking, lackingWords, type Version } from "./versions";

/** The lines about the versions for the operator, one line each, and the next step. */
export async function statusLines(query: Query, ring: KeyRing, versions: Version[]): Promise<string[]> {
  const newest = versions.at(-1) as Version;
  const found = await gatewaysLacking(query, ring, newest.version);
  const all = `Gateways running: ${found.running}; all have version ${newest.version}.`;
  const running = found.lacking.length === 0 ? all : lackingWords(found);
  return [
    ...versions.map(lineOf),
    found.running === 0 ? "No gateway is running." : running,
    (await nextStep(query, ring, versions)) ?? "Nothing to do. docs/leaks.md says when to rotate.",
  ];
}

function lineOf({ version, kind, since, secrets, ofRetired }: Version): string {
  const state = since === null ? "not in use yet" : `in use since ${since.toISOString().slice(0, 10)}`;
  const retired = ofRetired === 0 ? "" : `, ${ofRetired} of retired keys`;
  return `Version ${version} (${kind ?? "not in SEALING_PRIVATE_KEYS"}), ${state}: ${secrets} ${secrets === 1 ? "secret" : "secrets"}${retired}`;
}

/**
 * What comes next in a rotation, checked in the order in which it is done; null if none is in
 * progress.
 */
export async function nextStep(query: Query, ring: KeyRing, versions: Version[]): Promise<string | null> {
  const newest = versions.at(-1) as Version;
  const older = versions.filter(({ version }) => version < newest.version);
  const { lacking } = await gatewaysLacking(query, ring, newest.version);
  if (lacking.length > 0)
    return `Next: give version ${newest.version} to every gateway and dashboard, and restart them.`;
  if (newest.since === null) return `Next: npm run admin -- sealing rotate starts using version ${newest.version}.`;
  if (older.some(({ secrets, ofRetired }) => secrets > ofRetired))
    return "Next: npm run admin -- sealing rotate reseals the rest.";
  if (older.some(({ since }) => since !== null))
    return "Next: npm run admin -- sealing finish removes the older versions.";
  if (newest.kind === "RSA") return "Next: npm run admin -- sealing new-key. Secrets are no longer sealed with RSA.";
  return null;
}
