import { hash, randomBytes } from "node:crypto";

const FIRST_SLOTS = 1_024;

/**
 * A set of keys that holds 32 bits of each: 8 MiB for a million keys. A key that is not in it is taken for one that is with a chance of one in 4,000 when
 * it holds a million; two keys in it share their bits one time in 4,000, and are then added and deleted as one. Fit for nothing that must be right.
 *
 * Attack: made-up keys with the bits of a real one. The bits are a hash salted with this process's own random bytes, so nobody can compute them.
 */
export class KeySet {
  /** Linear probing. A slot holds the bits of a key, the rightmost of which say where it belongs; 0 is an empty slot. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #size = 0;
  readonly #salt = randomBytes(16).toString("hex");

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.#slots[this.#slotOf(this.#bitsOf(key))] !== 0;
  }

  add(key: string): void {
    const bits = this.#bitsOf(key);
    const slot = this.#slotOf(bits);
    if (this.#slots[slot] !== 0) return;
    this.#slots[slot] = bits;
    if (++this.#size > this.#slots.length / 2) this.#double();
  }

  delete(key: string): void {
    let hole = this.#slotOf(this.#bitsOf(key));
    if (this.#slots[hole] === 0) return;
    this.#size--;
    const mask = this.#slots.length - 1;
    // Whatever would not be found past the hole moves into it, and leaves the next one.
    for (let at = (hole + 1) & mask; this.#slots[at] !== 0; at = (at + 1) & mask) {
      const bits = this.#slots[at] as number;
      if (((at - (bits & mask)) & mask) < ((at - hole) & mask)) continue;
      this.#slots[hole] = bits;
      hole = at;
    }
    this.#slots[hole] = 0;
  }

  clear(): void {
    this.#slots = new Uint32Array(FIRST_SLOTS);
    this.#size = 0;
  }

  /** Where these bits are, or the empty slot where they would be. */
  #slotOf(bits: number): number {
    const mask = this.#slots.length - 1;
    let at = bits & mask;
    while (this.#slots[at] !== 0 && this.#slots[at] !== bits) at = (at + 1) & mask;
    return at;
  }

  #double(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (const bits of before) if (bits !== 0) this.#slots[this.#slotOf(bits)] = bits;
  }

  #bitsOf(key: string): number {
    return Number.parseInt(hash("sha256", this.#salt + key).slice(0, 8), 16) || 1;
  }
}
