import { bundleOptions } from "./build.mjs";
import { complain } from "./output.mjs";

/** Rebuilds and restarts a server when one of its files changes. Next reloads the pages itself. */
export async function watchServers(names, restart) {
  const { context } = await import("esbuild");
  const contexts = await Promise.all(names.map((name) => context({ ...bundleOptions([name]), plugins: [restarting(name, restart)] })));
  await Promise.all(contexts.map((each) => each.watch()));
  return { stop: () => Promise.all(contexts.map((each) => each.dispose())) };
}

function restarting(name, restart) {
  let first = true;
  return {
    name: "restart",
    setup(build) {
      build.onEnd(async ({ errors }) => {
        for (const { text, location } of errors) complain(`${location?.file}:${location?.line}: ${text}`);
        if (!first && errors.length === 0) await restart(name);
        first = false;
      });
    },
  };
}
