/** A power of two. Of four bytes each: 256 KiB, whatever is asked. */
const PLACES = 65_536;

/**
 * Whether a text was asked about before, lately. Kept is a fingerprint of 32 bits, in a place that another text may take: so it may be forgotten, and,
 * rarely, be taken for one that was. Fit for nothing that must be right.
 */
export class SeenFilter {
  readonly #fingerprints = new Uint32Array(PLACES);

  again(text: string): boolean {
    const fingerprint = fingerprintOf(text);
    const place = (fingerprint ^ (fingerprint >>> 16)) & (PLACES - 1);
    const before = this.#fingerprints[place] === fingerprint;
    this.#fingerprints[place] = fingerprint;
    return before;
  }
}

/** FNV-1a. */
function fingerprintOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
