import "./node-version.mjs";
import { ignoreBrokenPipe } from "./ignore-broken-pipe.mjs";
import { newKeys } from "./keys.mjs";
import { print, printError } from "./output.mjs";

// npm run keys [-- VERSION]: prints keys for a new installation, or a new version besides the old.
ignoreBrokenPipe();
const version = Number(process.argv[2] ?? 1);
if (!Number.isInteger(version) || version < 1) {
  printError("Usage: npm run keys [-- VERSION], where VERSION is a whole number from 1.");
  process.exit(1);
}
print(
  "# The dashboard and the worker must never be given SEALING_PRIVATE_KEYS; the gateway needs nothing else of these.",
);
print("# INVITATION_KEY is for the worker alone.");
for (const [name, value] of Object.entries(newKeys(version))) print(`${name}=${value}`);
