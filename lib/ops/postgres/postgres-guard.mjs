// Runs one PostgreSQL server. This is a separate process with a pipe from the process that started
// it. When the pipe closes, even because the other side got a kill -9, the guard shuts the server
// down and removes a temporary data folder.
import { spawn } from "node:child_process";
import { openSync, rmSync } from "node:fs";

/** @type {import("./postgres.mjs").Order} */
const { command, args, uid, gid, log, env, remove } = JSON.parse(process.argv[2] ?? "{}");
const output = openSync(log, "a", 0o600);
const server = spawn(command, args, {
  uid,
  gid,
  env: /** @type {NodeJS.ProcessEnv} */ (env),
  cwd: "/",
  stdio: ["ignore", output, output],
  detached: true,
});

server.once("error", (error) => end(`cannot run ${command}: ${error.message}`));
server.once("exit", (code, signal) => end(`exit ${code ?? signal}`));

// PostgreSQL's "fast" shutdown (SIGINT) closes the connections and writes a checkpoint;
// "immediate" (SIGQUIT) leaves recovery to the next start, which a temporary cluster never has.
let closing = false;
const shutDown = () => {
  closing = true;
  server.kill(remove ? "SIGQUIT" : "SIGINT");
  setTimeout(() => server.kill("SIGQUIT"), 6_000).unref();
  setTimeout(() => server.kill("SIGKILL"), 10_000).unref();
};
process.stdin.resume().once("close", shutDown);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, shutDown);
process.stdout.on("error", () => {});

/** @param {string} how */
function end(how) {
  if (remove && closing) rmSync(remove, { recursive: true, force: true, maxRetries: 5 });
  process.stdout.write(how, () => process.exit(0));
}
