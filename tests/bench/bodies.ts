import { writeFileSync } from "node:fs";
import path from "node:path";
import { signed } from "../kit/gateway/gateway-requests";

export const SIZES = { "240 B": 240, "64 KiB": 64 * 1024, "1 MiB": 1024 * 1024 } as const;
export type Size = keyof typeof SIZES;
export type Body = { text: string; bodyFile: string; headers: Record<string, string> };

/** A body of each size, in a file for the load, with the headers that sign it. */
export function writeBodies(key: { key: string; secret: string }, folder: string): Record<Size, Body> {
  const written = Object.entries(SIZES).map(([size, bytes]) => {
    const text = payments(bytes);
    const bodyFile = path.join(folder, `${bytes}.json`);
    writeFileSync(bodyFile, text);
    return [size, { text, bodyFile, headers: signed(key, text) }];
  });
  return Object.fromEntries(written);
}

/** JSON of exactly this many bytes: typical records of a payment API, and a note as padding. */
function payments(bytes: number): string {
  const record = { foreign_id: "100000", currency: "BTC", amount: "0.01500000", address: "x".repeat(34) };
  const text = (count: number, note: string) => JSON.stringify({ payments: Array(count).fill(record), note });
  const each = text(2, "").length - text(1, "").length;
  const count = Math.floor((bytes - text(0, "").length) / each);
  return text(count, "n".repeat(bytes - text(count, "").length));
}
