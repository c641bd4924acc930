import { ExpectedError, printError } from "./output.mjs";
import { portReason } from "./ports.mjs";

type Settings = { ports: Record<string, number | undefined>; host: string; command: string };

/**
 * Runs the start of a server. If one of its ports cannot be opened, the process ends with one line
 * that names the variable.
 */
export async function exitIfCannotListen<Started>(settings: Settings, start: () => Promise<Started>): Promise<Started> {
  try {
    return await start();
  } catch (error) {
    const line = error instanceof ExpectedError ? error.message : reasonOf(error, settings);
    if (line === null) throw error;
    printError(line);
    process.exit(1);
  }
}

type ListenError = NodeJS.ErrnoException & { port?: number };

/** The line, or null for any other error. */
export function reasonOf(error: unknown, { ports, host, command }: Settings): string | null {
  const { code, syscall = "", port, message } = (error ?? {}) as ListenError;
  if (!["listen", "bind", "getaddrinfo"].includes(syscall)) return null;
  const given = Object.entries(ports).flatMap(([variable, each]) =>
    each === undefined ? [] : [{ variable, port: each }],
  );
  const wanted = given.find((each) => each.port === port) ?? given[0];
  return wanted ? portReason({ code, message }, { ...wanted, port: port ?? wanted.port, host, command }) : null;
}
