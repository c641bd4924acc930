import type { Command } from "./command";
import { UsageError } from "./errors";

export const SEALING_ACTIONS = ["status", "new-key", "rotate", "finish"] as const;

export const SEALING: Command = {
  name: "sealing",
  words: ["ACTION"],
  options: {},
  summary: "show or rotate the key that secrets are sealed with",
  details: [
    "ACTION is one of these. docs/leaks.md says when to use them.",
    "  status    lists the versions, how many secrets are sealed for each, and the next step",
    "  new-key   creates the next version. Give it to all gateways and dashboards and restart them",
    "            before the next step",
    "  rotate    starts using the newest version, and reseals all other secrets. It can be interrupted",
    "            and run again",
    "  finish    removes the older versions. Nothing can be sealed for them any more",
    "status changes nothing, and new-key takes nothing into use; rotate and finish ask first.",
    "Gateways keep serving meanwhile, and merchants sign as before: their secrets stay the same.",
  ],
  async run() {
    throw new UsageError("Run npm run admin -- sealing where the gateways' private keys are.");
  },
};
