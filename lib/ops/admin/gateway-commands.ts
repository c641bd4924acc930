import { type ListedGateway, listGateways } from "../../support/operator/queries";
import type { Command } from "./command";

export const GATEWAY_COMMANDS: Command[] = [
  {
    name: "gateways",
    words: [],
    options: {},
    readOnly: true,
    summary: "list the gateways that a deactivation waits for",
    details: [
      "One line each: name, version, start, when it last reported to the database, and whether it has",
      'applied all changes of keys. A deactivation waits for one that is "behind". A working gateway',
      "reports at least every 10 s and catches up within a second. One that stopped without signing off",
      "leaves the list after a minute.",
    ],
    async run() {
      const gateways = await listGateways();
      return gateways.length > 0 ? gatewayTable(gateways) : ["No gateway is running."];
    },
  },
];

const HEAD = ["NAME", "VERSION", "STARTED (UTC)", "LAST SEEN (UTC)", "CHANGES"];

export function gatewayTable(gateways: ListedGateway[]): string[] {
  const rows = [HEAD, ...gateways.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const cells = ({ name, version, started, seenAt, secondsAgo, keysBehind }: ListedGateway): string[] => [
  ...[name, version, time(started), `${time(seenAt)}, ${age(secondsAgo)} ago`, changes(keysBehind)],
];

/** "2026-11-29 11:02:45". */
const time = (at: Date): string => at.toISOString().slice(0, 19).replace("T", " ");

const age = (seconds: number): string => (seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`);

function changes(keysBehind: number | null): string {
  if (keysBehind === null) return "none applied yet";
  if (keysBehind === 0) return "up to date";
  return keysBehind === 1 ? "1 key behind" : `${keysBehind} keys behind`;
}
