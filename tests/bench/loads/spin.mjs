import { createHash } from "node:crypto";

// Full load on whatever processor it is given, in a mebibyte of its own, so that what else runs there finds its caches cold.
const bytes = Buffer.alloc(1024 * 1024, "x");
process.once("SIGTERM", () => process.exit(0));
const spin = () => {
  createHash("sha256").update(bytes).digest();
  setImmediate(spin);
};
spin();
