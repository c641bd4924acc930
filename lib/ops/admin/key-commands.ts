import { propagationWords } from "../../api-keys/propagation-words";
import { retireAnyKey } from "../../operator/retire-key";
import type { Command } from "./command";
import { done, findKey, readReason } from "./read";
import { merchantLine } from "./told";

export const KEY_COMMANDS: Command[] = [
  {
    name: "retire-key",
    words: ["KEY"],
    options: { reason: { value: "REASON", needed: true, about: "unwanted, lost or compromised" } },
    summary: "end an API key for good",
    details: [
      "KEY is the key's number, its ID on the pages. It answers when no gateway accepts the key any more, and says how long each took.",
      "A retired key never comes back: its merchant generates a new one.",
    ],
    async run({ words, options, operator, confirm }) {
      const reason = readReason(options.reason);
      const key = await findKey(words[0]);
      const now = key.status === "active" ? "is active: signed requests are accepted now" : `is ${key.status}`;
      await confirm([merchantLine(key.merchant), `Key ${key.number} ${now}. It is retired for good (${reason}).`], key.merchant.name);
      const { refusedEverywhereAt, propagation } = done(
        await retireAnyKey(operator, { keyId: key.id, merchantId: key.merchant.id }, reason),
      );
      return [
        `Key ${key.number} is retired. Every gateway has refused it since ${refusedEverywhereAt.slice(11, 19)} UTC at the latest.`,
        ...(propagation ? [`${propagationWords(propagation)}.`] : []),
      ];
    },
  },
];
