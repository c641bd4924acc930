import { program } from "./programs";

export type Worker = { pid: number; stop(): Promise<number | null>; kill(): Promise<unknown>; output(): Promise<string> };

/** A worker as a process of its own, with the variables a worker is handed and no others. */
export function startWorker(given: Record<string, string>): Worker {
  const { APP_DATABASE_URL = "", INVITATION_KEY = "", PUBLIC_ORIGIN = "" } = process.env;
  const { child, kill, ended } = program(
    { file: "--import", args: ["tsx", "lib/worker/main.ts"] },
    { env: { APP_DATABASE_URL, INVITATION_KEY, PUBLIC_ORIGIN, ...given } },
  );
  const end = async (signal: NodeJS.Signals) => {
    kill(signal);
    return (await ended).code;
  };
  return { pid: child.pid ?? 0, stop: () => end("SIGTERM"), kill: () => end("SIGKILL"), output: async () => (await ended).output };
}
