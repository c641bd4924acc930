import { bundleOf } from "../child-env";
import { type Program, program } from "../gateway/programs";

export type Worker = { stop(): Promise<number | null>; kill(): Promise<unknown>; output(): Promise<string> };

/**
 * A worker process, bundled as `npm start` bundles it, with only the variables that a worker gets.
 */
export async function startWorker(given: Record<string, string>): Promise<Worker> {
  const { APP_DATABASE_URL = "", INVITATION_KEY = "", PUBLIC_ORIGIN = "" } = process.env;
  return workerOf(
    program({ file: bundleOf("worker") }, { env: { APP_DATABASE_URL, INVITATION_KEY, PUBLIC_ORIGIN, ...given } }),
  );
}

function workerOf({ kill, ended }: Program): Worker {
  const end = async (signal: NodeJS.Signals) => {
    kill(signal);
    return (await ended).code;
  };
  return { stop: () => end("SIGTERM"), kill: () => end("SIGKILL"), output: async () => (await ended).output };
}
