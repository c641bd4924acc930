import "./node-version.mjs";
import { newKeys } from "./keys.mjs";
import { say } from "./output.mjs";

// npm run keys [-- VERSION]: for a new installation, or for a new version of the keys beside the old ones.
const version = Number(process.argv[2] ?? 1);
say("# The dashboard and the worker must never be given SEALING_PRIVATE_KEYS; the gateway needs nothing else of these.");
say("# INVITATION_KEY is for the worker alone.");
for (const [name, value] of Object.entries(newKeys(version))) say(`${name}=${value}`);
