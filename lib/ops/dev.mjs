import { bundleOptions, forgetBundles } from "./build.mjs";
import { printError } from "./output.mjs";

/**
 * Rebuilds and restarts a server when one of its files changes. Next reloads the pages itself.
 * Returns when each is built: a server that started earlier could read half a file.
 * @template {import("./build.mjs").Entry} Server
 * @param {Server[]} names
 * @param {(name: Server) => Promise<void>} restart
 */
export async function watchServers(names, restart) {
  // What is built from now on follows the files, and no mark says which version of them it is.
  forgetBundles(names);
  const { context } = await import("esbuild");
  const built = names.map((name) => restarting(name, restart));
  const contexts = await Promise.all(
    built.map(({ name, plugin }) => context({ ...bundleOptions([name]), plugins: [plugin] })),
  );
  await Promise.all(contexts.map((each) => each.watch()));
  await Promise.all(built.map(({ first }) => first));
  return { stop: () => Promise.all(contexts.map((each) => each.dispose())) };
}

/**
 * @template Server
 * @param {Server} name
 * @param {(name: Server) => Promise<void>} restart
 * @returns {{ name: Server, plugin: import("esbuild").Plugin, first: Promise<void> }} `first`: the
 * first build ended
 */
function restarting(name, restart) {
  /** @type {(() => void) | null} */
  let ended = null;
  /** @type {Promise<void>} */
  const first = new Promise((resolve) => {
    ended = resolve;
  });
  /** @type {import("esbuild").Plugin} */
  const plugin = {
    name: "restart",
    setup(build) {
      build.onEnd(async ({ errors }) => {
        for (const { text, location } of errors) printError(`${location?.file}:${location?.line}: ${text}`);
        if (ended) ended();
        else if (errors.length === 0) await restart(name);
        ended = null;
      });
    },
  };
  return { name, plugin, first };
}
