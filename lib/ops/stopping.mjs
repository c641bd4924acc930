import { commandOf, parentOf } from "./processes.mjs";

/**
 * Settles when this process is asked to stop: Ctrl-C, SIGTERM, or the end of the npm that started it. A second Ctrl-C ends it
 * at once; what it started notices and ends too. SIGHUP is left alone, so that nohup works.
 * @returns {Promise<void>}
 */
export function askedToStop() {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.once(signal, () => {
        // npm passes a Ctrl-C on that the terminal sent here too: a second one counts only after a moment.
        setTimeout(() => process.once(signal, () => process.exit(130)), 700).unref();
        process.on(signal, () => {});
        resolve();
      });
    }
    if (process.env.npm_lifecycle_event) whenOrphaned(resolve);
  });
}

/**
 * npm passes signals on through a shell, and a kill -9 not at all: the shell then lives on with
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
