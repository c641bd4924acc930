import { hash, randomBytes } from "node:crypto";

const FIRST_SLOTS = 1_024;

/**
 * A set of keys that stores 32 bits of each: 8 MiB for a million keys. With a million keys, an
 * absent key passes for a present one with a probability of 1 in 4,000. As rarely, two present
 * keys share their bits, and are then added and deleted as one. Do not use it where the answer
 * must be right.
 *
 * Attack: made-up keys with the bits of a real one. The bits come from a hash that is salted with
 * random bytes of this process, so nobody can compute them.
 */
export class KeySet {
  /**
   * A hash table with linear probing. A slot holds the bits of a key; the lowest of them say
   * where it belongs. 0 marks an empty slot.
   */
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
    // Each entry that a search would no longer find past the hole moves into it and leaves a new
    // hole.
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

  /** The slot that holds these bits, or the empty slot where they belong. */
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
