import { createHash } from "node:crypto";

// Full load on its processor, over one MiB of memory, so that other processes there find cold
// caches.
const bytes = Buffer.alloc(1024 * 1024, "x");
process.once("SIGTERM", () => process.exit(0));
const spin = () => {
  createHash("sha256").update(bytes).digest();
  setImmediate(spin);
};
spin();
