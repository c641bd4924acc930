import path from "node:path";
import { claimOpenFiles } from "./open-files.mjs";
import { main } from "./output.mjs";
import { refusePoolers } from "./postgres/refuse-poolers.mjs";

/*
 * The launcher, started as .build/gateway.mjs, dashboard.mjs and worker.mjs. It loads the server
 * and its packages only if the system allows enough open files, because loading opens many at
 * once and would otherwise fail with a stack trace. It also refuses a database behind a pooler,
 * which would break promises.
 */
const name = path.basename(import.meta.filename, ".mjs");

await main(async () => {
  claimOpenFiles(`The ${name}`, 256);
  await refusePoolers();
  // Awaited here, so that an error during the start ends the process. Otherwise Next would keep a
  // process alive that answers nothing.
  await import(new URL(`./${name}-main.mjs`, import.meta.url).href);
});
