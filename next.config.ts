import { existsSync } from "node:fs";
import path from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  serverExternalPackages: ["pg", "@node-rs/argon2"],
  turbopack: { root: import.meta.dirname },
  // A first build keeps no cache for the next one: writing it takes a third of the processor time,
  // and most folders are built once.
  experimental: { turbopackFileSystemCacheForBuild: existsSync(path.join(import.meta.dirname, ".next/BUILD_ID")) },
  poweredByHeader: false,
  reactStrictMode: true,
  // Nothing uses /_next/image, which would otherwise serve anybody.
  images: { unoptimized: true },
  // In development Next would log every action's arguments: codes, passwords and tickets.
  logging: { serverFunctions: false },
  // npm test checks all types, including the tests': once is enough.
  typescript: { ignoreBuildErrors: true },
};

export default config;
