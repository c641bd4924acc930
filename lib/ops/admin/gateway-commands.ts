import { type ListedGateway, listGateways } from "../../support/operator/queries";
import type { Command } from "./command";

export const GATEWAY_COMMANDS: Command[] = [
  {
    name: "gateways",
    words: [],
    options: {},
    summary: "list the gateways that a deactivation waits for",
    details: [
      "One line each: name, version, start, when it last reported to the database, and the snapshot of the database whose changes",
      "it has applied. A working gateway reports at least every 10 s. One that stopped without signing off leaves the list after a minute.",
    ],
    async run() {
      const gateways = await listGateways();
      return gateways.length > 0 ? table([HEAD, ...gateways.map(cells)]) : ["No gateway is running."];
    },
  },
];

const HEAD = ["NAME", "VERSION", "STARTED (UTC)", "LAST SEEN", "APPLIED"];

const cells = ({ name, version, started, seenAt, applied }: ListedGateway): string[] => [
  ...[name, version, time(started), time(seenAt), applied ?? "nothing yet"],
];

/** "2026-11-29 11:02:45". */
const time = (at: Date): string => at.toISOString().slice(0, 19).replace("T", " ");

function table(rows: string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
