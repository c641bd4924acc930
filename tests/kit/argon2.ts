import { createRequire } from "node:module";
import { vi } from "vitest";

/** The real one, whose verifications a test can count. */
const real: typeof import("@node-rs/argon2") = createRequire(import.meta.url)("@node-rs/argon2");

export const { hash } = real;
export const verify = vi.fn(real.verify);
