import { newSealingPair } from "@/lib/ops/keys.mjs";

export type SealingKeys = { SEALING_PUBLIC_KEY: string; SEALING_PRIVATE_KEYS: string };

/** A fresh pair of the given version. */
export const sealingKeys = (version = 1): SealingKeys => newSealingPair(version);

/** The pairs of several versions, in the form that the processes get. */
export function sealingKeysOf(...pairs: SealingKeys[]): SealingKeys {
  const joined = (name: keyof SealingKeys) => pairs.map((pair) => pair[name]).join(",");
  return { SEALING_PUBLIC_KEY: joined("SEALING_PUBLIC_KEY"), SEALING_PRIVATE_KEYS: joined("SEALING_PRIVATE_KEYS") };
}
