import { inConfirmedTransaction, syncCommit } from "../../platform/db/sync-commit";
import { type Leak, leakedKeys } from "../../support/operator/leaked-keys";
import { type FoundKey, isKnownSealingVersion } from "../../support/operator/queries";
import { type Retired, retireLeakedKeys } from "../../support/operator/retire-keys";
import { describe as sentence } from "../../words/refusals/refusals";
import type { Call, Command } from "./command";
import { Declined, UsageError } from "./errors";
import { findMerchant, readNumber, readTime } from "./read";
import { merchantLine } from "./report";

const MAX_LINES = 20;

export const LEAK_COMMANDS: Command[] = [
  {
    name: "retire-keys",
    words: [],
    options: {
      "sealed-by": { value: "VERSION", about: "keys whose secret is sealed for this version of the sealing key" },
      merchant: { value: "M", about: "keys of the merchant with this number" },
      "activated-before": {
        value: "TIME",
        about: "keys first activated before this time: 2026-11-29 or 2026-11-29T10:00Z",
      },
      "activated-since": { value: "TIME", about: "keys first activated at this time or later" },
      "dry-run": { about: "list the keys, and change nothing" },
    },
    summary: "retire the API keys of a leak for good",
    details: [
      "At least one option selects the keys; with several, a key must match all of them. Each one that",
      "is not retired yet is retired as compromised, and we email its Owners. The command ends when all",
      "gateways refuse all of them, about a second after the last. docs/leaks.md says when to use it.",
    ],
    run: retireKeys,
  },
];

async function retireKeys({ options, operator, confirm, tell }: Call): Promise<string[]> {
  // Reads the options first: invalid ones are refused without a query.
  const given = leakOf(options);
  const merchant = typeof options.merchant === "string" ? await findMerchant(options.merchant) : null;
  const leak = { ...given, ...(merchant !== null && { merchantId: merchant.id }) };
  await refuseUnknown(leak);
  const keys = await leakedKeys(leak);
  if (keys.length === 0) return nothingLeft(options["dry-run"] === true);
  const about = linesOf(keys);
  if (options["dry-run"]) return [...about, "Nothing was changed."];
  await confirm([...about, "They will be retired for good, as compromised. We email the Owners."], merchant?.name);
  let told = performance.now();
  const outcome = await retireLeakedKeys(operator, keys, (retired) => {
    if (performance.now() - told < 1_000) return;
    told = performance.now();
    tell(`${retired} of ${keys.length} retired …`);
  });
  return conclusion(outcome);
}

/** Refuses a version that never existed, which would otherwise look like one without keys. */
async function refuseUnknown({ sealedBy }: Leak): Promise<void> {
  if (sealedBy !== undefined && !(await isKnownSealingVersion(sealedBy)))
    throw new Declined(
      `There is no version ${sealedBy} of the sealing key. See npm run admin -- sealing status. Nothing was changed.`,
    );
}

/** A confirmed COMMIT here also confirms earlier retirements that no standby had confirmed yet. */
async function nothingLeft(isDry: boolean): Promise<string[]> {
  const sure = isDry ? null : await inConfirmedTransaction(syncCommit);
  if (sure?.ok === false) throw new Declined(sentence(sure.refusal));
  return ["No key matches, or all of them are retired already."];
}

function leakOf(options: Call["options"]): Leak {
  const { "sealed-by": sealedBy, "activated-before": before, "activated-since": since, merchant } = options;
  if ([sealedBy, before, since, merchant].every((option) => typeof option !== "string"))
    throw new UsageError("Which keys? Give --sealed-by, --merchant, --activated-before or --activated-since.");
  return {
    ...(typeof sealedBy === "string" && { sealedBy: readNumber(sealedBy, "a version") }),
    ...(typeof before === "string" && { activatedBefore: readTime(before) }),
    ...(typeof since === "string" && { activatedSince: readTime(since) }),
  };
}

function linesOf(keys: FoundKey[]): string[] {
  const active = keys.filter(({ status }) => status === "active").length;
  const byMerchant = new Map<string, FoundKey[]>();
  for (const key of keys)
    byMerchant.set(merchantLine(key.merchant), [...(byMerchant.get(merchantLine(key.merchant)) ?? []), key]);
  const lines = [...byMerchant].map(([merchant, of]) => `  ${merchant}: ${of.map(keyWords).join(", ")}`);
  const more = lines.length - MAX_LINES;
  return [
    `${counted(keys.length, "key")} of ${counted(byMerchant.size, "merchant")}; ${active > 0 ? `${active} active and accepting signed requests.` : "none of them active."}`,
    ...lines.slice(0, MAX_LINES),
    ...(more > 0 ? [`  and ${counted(more, "more merchant")}`] : []),
  ];
}

const keyWords = ({ number, status }: FoundKey): string => `${number} (${status})`;

const counted = (count: number, of: string): string => `${count} ${of}${count === 1 ? "" : "s"}`;

function conclusion({ retired, refusedEverywhereAt, left }: Retired): string[] {
  const done = `${retired === 1 ? "1 key is" : `${retired} keys are`} retired.`;
  const since =
    refusedEverywhereAt &&
    `All gateways have refused them since ${refusedEverywhereAt.slice(11, 19)} UTC at the latest.`;
  if (left.length === 0) return [[done, since].filter(Boolean).join(" ")];
  const lines = left.slice(0, MAX_LINES).map(({ number, refusal }) => `  ${number}: ${sentence(refusal)}`);
  throw new Declined(
    [
      done,
      `${counted(left.length, "key")} may not be retired. Run the same command again: it continues with those.`,
      ...lines,
    ].join("\n"),
  );
}
