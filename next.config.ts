import type { NextConfig } from "next";

const config: NextConfig = {
  serverExternalPackages: ["pg", "@node-rs/argon2"],
  turbopack: { root: import.meta.dirname },
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
