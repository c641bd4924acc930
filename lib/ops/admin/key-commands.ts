import { retireAnyKey } from "../../support/operator/retire-key";
import { propagationWords } from "../../words/propagation";
import type { Command } from "./command";
import { findKey, readReason, unwrap } from "./read";
import { merchantLine } from "./report";

export const KEY_COMMANDS: Command[] = [
  {
    name: "retire-key",
    words: ["KEY"],
    options: { reason: { value: "REASON", needed: true, about: "unwanted, lost or compromised" } },
    summary: "retire an API key for good",
    details: [
      "KEY is the key's ID in the dashboard. The command ends when all gateways refuse the key, and",
      "prints how long each of them took.",
      "A retired key cannot be activated again. Its merchant generates a new one.",
    ],
    async run({ words, options, operator, confirm }) {
      const reason = readReason(options.reason);
      const key = await findKey(words[0]);
      const now = key.status === "active" ? "is active and accepts signed requests" : `is ${key.status}`;
      await confirm(
        [merchantLine(key.merchant), `Key ${key.number} ${now}. It will be retired for good (${reason}).`],
        key.merchant.name,
      );
      const { refusedEverywhereAt, propagation } = unwrap(
        await retireAnyKey(operator, { keyId: key.id, merchantId: key.merchant.id }, reason),
      );
      return [
        `Key ${key.number} is retired. All gateways have refused it since ${refusedEverywhereAt.slice(11, 19)} UTC at the latest.`,
        ...(propagation ? [`${propagationWords(propagation)}.`] : []),
      ];
    },
  },
];
