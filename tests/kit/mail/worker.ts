import { bundleOf } from "../child-env";
import { type Program, program } from "../gateway/programs";

export type Worker = { stop(): Promise<number | null>; kill(): Promise<unknown>; output(): Promise<string> };

/** A worker as a process of its own, bundled as `npm start` bundles it, with the variables a worker is handed and no others. */
export async function startWorker(given: Record<string, string>): Promise<Worker> {
  const { APP_DATABASE_URL = "", INVITATION_KEY = "", PUBLIC_ORIGIN = "" } = process.env;
  return workerOf(program({ file: bundleOf("worker") }, { env: { APP_DATABASE_URL, INVITATION_KEY, PUBLIC_ORIGIN, ...given } }));
}

function workerOf({ kill, ended }: Program): Worker {
  const end = async (signal: NodeJS.Signals) => {
    kill(signal);
    return (await ended).code;
  };
  return { stop: () => end("SIGTERM"), kill: () => end("SIGKILL"), output: async () => (await ended).output };
}
