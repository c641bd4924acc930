import { complain, ExpectedError } from "./output.mjs";
import { portReason } from "./ports.mjs";

/**
 * Runs a server's start, and ends the process with one line, which names the variable, where a port of its cannot be opened.
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
