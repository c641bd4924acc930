import path from "node:path";
import { claimOpenFiles } from "./open-files.mjs";
import { main } from "./output.mjs";
import { refusePoolers } from "./postgres/refuse-poolers.mjs";

/*
 * What is started as .build/gateway.mjs, dashboard.mjs and worker.mjs. It loads the server itself, and with it the packages, only where the system
 * lets it open enough files: loading opens many at once, and would fail with a stack at whichever is one too many. Nor where the database is reached in a way that breaks what is promised.
 */
const name = path.basename(import.meta.filename, ".mjs");

await main(async () => {
  claimOpenFiles(`The ${name}`, 256);
  await refusePoolers();
  // Here, so that what fails while it comes up ends it: Next keeps a process alive that nothing answers from.
  await import(new URL(`./${name}-main.mjs`, import.meta.url).href);
});
