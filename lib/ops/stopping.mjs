import { commandOf, parentOf } from "./processes.mjs";

/**
 * Resolves when this process must stop: Ctrl-C, SIGTERM, or the end of the npm that started it. A
 * second Ctrl-C exits at once; the processes that it started notice and end too. SIGHUP is not
 * handled, so that nohup works.
 * @returns {Promise<void>}
 */
export function stopRequested() {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.once(signal, () => {
        // npm forwards a Ctrl-C that the terminal also sends here, so a second one counts only
        // after 700 ms.
        setTimeout(() => process.once(signal, () => process.exit(130)), 700).unref();
        process.on(signal, () => {});
        resolve();
      });
    }
    if (process.env.npm_lifecycle_event) whenOrphaned(resolve);
  });
}

/**
 * npm forwards signals through a shell. It cannot forward a kill -9: the shell then lives on with
 * another parent.
 * @param {() => void} then
 */
function whenOrphaned(then) {
  const parent = process.ppid;
  const grandparent = () => (/^\S*sh -c /.test(commandOf(parent)) ? parentOf(parent) : null);
  const first = grandparent();
  const timer = setInterval(() => {
    if (process.ppid === parent && grandparent() === first) return;
    clearInterval(timer);
    then();
  }, 1_000);
  timer.unref();
}
