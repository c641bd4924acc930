import { writeSync } from "node:fs";
import { createLog } from "@/lib/gateway/log";
import { startGateway } from "@/lib/gateway/start";
import { parseOpeningKeys } from "@/lib/platform/crypto/key-ring";
import type { BunGatewaySettings } from "../gateway-on-bun";

const { SETTINGS = "", SEALING_PRIVATE_KEYS = "" } = process.env;
const settings = JSON.parse(SETTINGS) as BunGatewaySettings;
const log = createLog("debug", { write: (line) => void writeSync(1, line) });
const { port, authorizePort, metricsPort, stop } = await startGateway({
  ...settings,
  log,
  privateKeys: parseOpeningKeys(SEALING_PRIVATE_KEYS),
});
log.info({ port, authorizePort, metricsPort }, "listening");
process.once("SIGTERM", () => void stop().then(() => process.exit(0)));
