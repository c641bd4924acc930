/** A power of two. Four bytes each: 256 KiB, however many texts are checked. */
const PLACES = 65_536;

/**
 * Whether a text was seen before, recently. It stores a 32-bit fingerprint in a slot that another
 * text may overwrite. So a text may be forgotten, and, rarely, a new one passes for one already
 * seen. Do not use it where the answer must be right.
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
