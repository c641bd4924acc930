import type { Gateway, Settings } from "@/lib/gateway/start";
import { testProgram } from "../child-env";
import { startProgram } from "./gateway-program";

/** The gateway settings that fit into an environment variable. */
export type BunGatewaySettings = Omit<Settings, "log" | "privateKeys">;

/** A gateway in its own process, and so on another runtime, with settings that no variable has. */
export async function gatewayOnBun(wanted: BunGatewaySettings) {
  const { SEALING_PRIVATE_KEYS } = process.env;
  const env = { NODE_ENV: "test" as const, SETTINGS: JSON.stringify(wanted), SEALING_PRIVATE_KEYS };
  const { lines, until, stop } = startProgram(testProgram("gateway-on-bun"), env);
  const listening = await until(() => lines().find((line) => line.endsWith('"msg":"listening"}')));
  const { port, authorizePort, metricsPort } = JSON.parse(listening) as Pick<
    Gateway,
    "port" | "authorizePort" | "metricsPort"
  >;
  return { port, authorizePort, metricsPort, lines, stop };
}
