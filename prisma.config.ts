import { defineConfig } from "prisma/config";

// Generate, validate and format need no schema engine, and the CLI would download one: any
// executable keeps it quiet.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: "prisma/schema.prisma" });
