import { createRequire } from "node:module";
import { vi } from "vitest";

/** The real module. Tests can count its verifications. */
const real: typeof import("@node-rs/argon2") = createRequire(import.meta.url)("@node-rs/argon2");

/**
 * Hashes at the lowest cost that argon2id allows. Verifying is as cheap, because it takes its
 * parameters from the hash. tests/unit/platform/crypto-password.test.ts checks the product's own
 * parameters.
 */
export const hash: typeof real.hash = (password, options, abort) =>
  real.hash(password, { ...options, memoryCost: 8, timeCost: 1 }, abort);
export const verify = vi.fn(real.verify);
