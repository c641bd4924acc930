import type { Refusal } from "../../words/refusals/refusals";
import { formatAddress, parseLiteral } from "./address";
import { type Block, parseBlock } from "./block";
import { parseRange } from "./range";
import { reserved } from "./reserved";
import { plainEntry, splitEntries } from "./spelling";

export const ALLOWLIST_LIMIT = 50;

/**
 * Parses what a person typed or pasted: addresses, CIDR networks and ranges, separated by commas,
 * semicolons or white space, in one text or several. It understands quotes, brackets, ports,
 * netmasks and invisible characters. Returns the canonical entries without duplicates, in the
 * given order, and a refusal for each wrong entry.
 */
export function parseAllowlist(
  text: string | string[],
  { allowPrivate }: { allowPrivate: boolean },
): { entries: string[]; refusals: Refusal[] } {
  const entries = new Set<string>();
  const refusals: Refusal[] = [];
  for (const entry of splitEntries([text].flat().join("\n"))) {
    const read = readEntry(entry);
    const refusal = "code" in read ? read : allowPrivate ? null : firstNotPublic(entry, read);
    if (refusal) refusals.push(refusal);
    else if (!("code" in read)) for (const block of read) entries.add(block.text);
  }
  if (entries.size > ALLOWLIST_LIMIT) refusals.push({ code: "ip_too_many", limit: ALLOWLIST_LIMIT });
  return { entries: [...entries], refusals };
}

/** The blocks of an entry, or why it cannot be read. */
function readEntry(entry: string): Block[] | Refusal {
  const plain = plainEntry(entry);
  const parsed = parseBlock(plain);
  if (parsed && "block" in parsed) return [parsed.block];
  if (parsed) return hostBits(plain, parsed.hostBitsOf);
  const range = parseRange(plain);
  if (range === "backwards") return { code: "ip_backwards", entry };
  return range ?? unreadable(entry, plain);
}

/** A refusal states how many addresses a block has, up to 2^32 of them. */
const COUNTED_BITS = 32n;

function hostBits(entry: string, { text, first, last }: Block): Refusal {
  const addresses = last - first + 1n;
  return {
    code: "ip_host_bits",
    entry,
    network: text,
    address: entry.slice(0, entry.indexOf("/")),
    addresses: addresses <= 1n << COUNTED_BITS ? Number(addresses) : null,
  };
}

function unreadable(entry: string, plain: string): Refusal {
  const stripped = plain.replace(/(?<![\d.])0+(?=\d)|(?<=\.)0+(?=\d)/g, "");
  const meant = stripped === plain ? null : parseBlock(stripped);
  if (meant && "block" in meant) return { code: "ip_leading_zeros", entry, meant: stripped };
  const zoneless = parseLiteral(plain.split("%")[0] ?? "");
  if (plain.includes("%") && zoneless) return { code: "ip_zone", entry, meant: formatAddress(zoneless) };
  return /^(?:[a-z]+:\/\/)?[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}\.?(?:[/:].*)?$/i.test(plain)
    ? { code: "ip_name", entry }
    : { code: "ip_malformed", entry };
}

function firstNotPublic(entry: string, blocks: Block[]): Refusal | null {
  for (const block of blocks) {
    const refusal = notPublic(entry, block);
    if (refusal) return refusal;
  }
  return null;
}

function notPublic(entry: string, block: Block): Refusal | null {
  if (block.text === "0.0.0.0/0" || block.text === "::/0") return { code: "ip_any", entry, family: block.family };
  const found = reserved(block);
  if (found?.kind === "private") return { code: "ip_private", entry };
  if (found?.kind === "reserved") return { code: "ip_reserved", entry, use: found.use };
  return found && { code: "ip_covers_reserved", entry, network: found.network, use: found.use };
}
