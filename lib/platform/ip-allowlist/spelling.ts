/** Characters that are copied along with an address and carry no meaning. */
const INVISIBLE = /\p{Cf}/gu;
const DASH = /[\u2010-\u2015\u2212]/g;
const DASH_BETWEEN = /(?<=[0-9a-f.:])\s+-\s+(?=[0-9a-f.:])/gi;
const BEFORE = /^[("'`<«“”„‘’‚{]+/;
const AFTER = /[)"'`>»“”‘’}.]+$/;
const IN_BRACKETS = /^\[([0-9a-f:.%]+)\](?::\d{1,5})?$/i;
const WITH_PORT = /^(\d+(?:\.\d+){3}):\d{1,5}$/;
const WITH_MASK = /^(\d+(?:\.\d+){3})\/(\d+(?:\.\d+){3})$/;
const WILDCARD = /^(\d+(?:\.\d+){0,2})((?:\.\*){1,3})$/;

/**
 * Splits a text at commas, semicolons and white space. Removes invisible characters, and joins
 * two addresses that have a dash between them.
 */
export function splitEntries(text: string): string[] {
  const plain = text.replace(INVISIBLE, "").replace(DASH, "-").replace(DASH_BETWEEN, "-");
  return plain.split(/[\s,;]+/).filter(Boolean);
}

/**
 * The entry without quotes, brackets and port. A netmask or wildcard becomes the equivalent
 * prefix. Anything else stays as it is.
 */
export function plainEntry(entry: string): string {
  const bare = entry.replace(BEFORE, "").replace(AFTER, "");
  const [, inside] = IN_BRACKETS.exec(bare) ?? WITH_PORT.exec(bare) ?? [];
  if (inside !== undefined) return inside;
  const [, network, mask] = WITH_MASK.exec(bare) ?? [];
  const prefix = mask === undefined ? null : prefixOf(mask);
  if (prefix !== null) return `${network}/${prefix}`;
  const [, fixed, open] = WILDCARD.exec(bare) ?? [];
  return fixed === undefined || open === undefined ? bare : fromWildcard(fixed, open.length / 2);
}

/** The prefix of a netmask such as 255.255.255.0; null if a 0 bit precedes a 1 bit. */
function prefixOf(mask: string): number | null {
  const bits = mask
    .split(".")
    .map((octet) => Number(octet).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32 ? bits.lastIndexOf("1") + 1 : null;
}

function fromWildcard(fixed: string, open: number): string {
  const octets = fixed.split(".");
  return octets.length + open === 4
    ? `${[...octets, ...Array(open).fill("0")].join(".")}/${8 * octets.length}`
    : `${fixed}${".*".repeat(open)}`;
}
