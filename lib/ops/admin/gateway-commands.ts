import { type ListedGateway, listGateways } from "../../operator/queries";
import type { Command } from "./command";

export const GATEWAY_COMMANDS: Command[] = [
  {
    name: "gateways",
    words: [],
    options: {},
    summary: "list the gateways that a deactivation waits for",
    details: [
      "One line for each: its name, its version, when it started, when it last wrote its row, and the snapshot of the database whose changes it has put",
      "into effect. A gateway that works writes its row every 10 s at least. One that ended without a word is taken off the list a minute later.",
    ],
    async run() {
      const gateways = await listGateways();
      return gateways.length > 0 ? table([HEAD, ...gateways.map(cells)]) : ["No gateway has written its row."];
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
