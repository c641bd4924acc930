import { createRequire } from "node:module";
import { vi } from "vitest";

/** The real one, whose verifications a test can count. */
const real: typeof import("@node-rs/argon2") = createRequire(import.meta.url)("@node-rs/argon2");

/**
 * What it hashes costs the least that argon2id allows, and so does its verification, which takes its parameters from the hash. What the product's
 * own parameters are is judged in tests/unit/platform/crypto-password.test.ts.
 */
export const hash: typeof real.hash = (password, options, abort) => real.hash(password, { ...options, memoryCost: 8, timeCost: 1 }, abort);
export const verify = vi.fn(real.verify);
