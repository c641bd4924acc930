import type { NextConfig } from "next";

const config: NextConfig = {
  serverExternalPackages: ["pg", "@node-rs/argon2"],
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
  reactStrictMode: true,
  // npm test checks the types, tests and all: once is enough.
  typescript: { ignoreBuildErrors: true },
};

export default config;
