import type { Command } from "./command";
import { Misused } from "./ends";

export const SEALING_ACTIONS = ["status", "new-key", "rotate", "finish"] as const;

export const SEALING: Command = {
  name: "sealing",
  words: ["ACTION"],
  options: {},
  summary: "show, and change, the key that secrets are sealed with",
  details: [
    "ACTION is one of these; docs/leaks.md says when to use them.",
    "  status    which versions there are, how many secrets are sealed for each, and what comes next",
    "  new-key   makes the next version. Every gateway and dashboard is given it, and restarted, before the next step",
    "  rotate    takes the newest version into use, and reseals all other secrets. It may be interrupted and run again",
    "  finish    removes the older versions: nothing can be sealed for them any more",
    "Gateways serve on meanwhile, and merchants sign as before: their secrets stay the same.",
  ],
  async run() {
    throw new Misused("npm run admin -- sealing runs where the gateways' private keys are.");
  },
};
