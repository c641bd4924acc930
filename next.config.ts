import type { NextConfig } from "next";

const config: NextConfig = {
  serverExternalPackages: ["pg", "@node-rs/argon2"],
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
  reactStrictMode: true,
};

export default config;
