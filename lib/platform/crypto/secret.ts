import { inspect } from "node:util";

const HIDDEN = "[secret]";

/**
 * A secret as a value. It cannot be printed, logged or serialised by accident, only exposed on
 * purpose.
 *
 * Attack: a log line, an error's cause, a debug print or a JSON reply carries the text to a place
 * where it is stored (CWE-532, ASVS 5.0 16.2.5, 14.2.4). The text is a private field that
 * inspection, cloning and JSON do not reach, and every conversion to text returns `[secret]`. A
 * test lists the files that may call `expose`.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  expose(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
