import { complain, ExpectedError } from "./output.mjs";
import { portReason } from "./ports.mjs";

/**
 * Runs the start of a server. If one of its ports cannot be opened, the process ends with one line
 * that names the variable.
 * @param {{ ports: Record<string, number | undefined>, host: string, command: string }} settings
 */
export async function orOneLine(settings, start) {
  try {
    return await start();
  } catch (error) {
    const line = error instanceof ExpectedError ? error.message : reasonOf(error, settings);
    if (line === null) throw error;
    complain(line);
    process.exit(1);
  }
}

function reasonOf(error, { ports, host, command }) {
  const { code, syscall, port } = error ?? {};
  if (!["listen", "bind", "getaddrinfo"].includes(syscall)) return null;
  const [variable, given] = Object.entries(ports).find(([, each]) => each === port) ?? Object.entries(ports)[0];
  return portReason({ code, message: error.message }, { variable, port: port ?? given, host, command });
}
