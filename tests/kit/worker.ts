import path from "node:path";
import { build } from "esbuild";
import { type Program, program } from "./programs";

export type Worker = { stop(): Promise<number | null>; kill(): Promise<unknown>; output(): Promise<string> };

const root = path.resolve(import.meta.dirname, "../..");
let built: Promise<string> | undefined;

/** A worker as a process of its own, bundled as `npm start` bundles it, with the variables a worker is handed and no others. */
export async function startWorker(given: Record<string, string>): Promise<Worker> {
  const { APP_DATABASE_URL = "", INVITATION_KEY = "", PUBLIC_ORIGIN = "" } = process.env;
  built ??= bundled();
  return workerOf(program({ file: await built }, { env: { APP_DATABASE_URL, INVITATION_KEY, PUBLIC_ORIGIN, ...given } }));
}

function workerOf({ kill, ended }: Program): Worker {
  const end = async (signal: NodeJS.Signals) => {
    kill(signal);
    return (await ended).code;
  };
  return { stop: () => end("SIGTERM"), kill: () => end("SIGKILL"), output: async () => (await ended).output };
}

/** Inside the repository, where its packages are found. */
async function bundled(): Promise<string> {
  const outfile = path.join(root, `.build/tests/worker-${process.pid}.mjs`);
  const entryPoints = [path.join(root, "lib/worker/main.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external", absWorkingDir: root });
  return outfile;
}
