import { base64, fromBase64, fromHex, hex, latin1Text, utf8, utf16 } from "./bytes";
import { LIKELY_TEXTS, RARE_TEXTS } from "./secret-texts";
import type { Searching } from "./task";
import type { Mistake } from "./words/words";

export type SecretForm = readonly [mistake: Mistake, secret: Uint8Array];
/** What programs use as the secret key instead of its characters, by how likely it is. */
export type SecretForms = { [tier in "first" | "likely" | "texts" | "read" | "rare"]: SecretForm[] };

/** The secret of the published test vector, which many samples use. */
const SAMPLE_SECRET = "AbCdEfG123456";

type Form = readonly [Mistake, string | Uint8Array | null];

export function secretForms(secret: Uint8Array, key: string): SecretForms {
  const text = latin1Text(secret);
  const first: Form[] = [
    ["secret_newline", `${text}\n`],
    ["secret_empty", ""],
    ["key_as_secret", key],
    ["secret_newline", `${text}\r\n`],
    ["secret_quoted", `"${text}"`],
    ["secret_quoted", `'${text}'`],
    ["secret_blank", ` ${text}`],
    ["secret_blank", `${text} `],
    ["secret_base64_decoded", fromBase64(text)],
    ["secret_hex_decoded", fromHex(/^[0-9a-f]*/i.exec(text)?.[0] ?? "")],
    ["secret_grouped", text.replace(/.{4}(?=.)/g, "$& ")],
    ["secret_cut", text.slice(0, -1)],
    ["secret_cut", text.slice(1)],
    ["secret_case", text.toLowerCase()],
    ["secret_case", text.toUpperCase()],
    ["secret_encoded", base64(secret)],
    ["secret_encoded", hex(secret)],
    ["secret_utf16", utf16(text, true)],
    ["secret_sample", SAMPLE_SECRET],
  ];
  const likely: Form[] = [
    ["secret_blank", `\uFEFF${text}`],
    ["secret_cut", text.slice(0, 32)],
    ["secret_cut", text.slice(0, -2)],
    ["secret_cut", text.slice(0, -4)],
    ["secret_with_key", `${key}:${text}`],
    ["secret_with_key", key + text],
    ["secret_with_key", text + key],
    ["secret_named", `COUNTERSIGN_SECRET=${text}`],
    ["secret_printed", `b'${text}'`],
    ["secret_printed", `Optional("${text}")`],
  ];
  const read: Form[] = [
    ["secret_newline", `${text}\r`],
    ["secret_hex_decoded", pairsAsHex(text)],
    ["secret_hex_decoded", nibblesAsHex(text)],
    ["secret_newline", `${text}\\n`],
  ];
  const rare: Form[] = [
    ["secret_blank", `${text}\u00A0`],
    ["secret_doubled", text + text],
    ...RARE_TEXTS,
    ["secret_quoted", `${text}"`],
    ["secret_quoted", `"${text}`],
    ["secret_quoted", `${text};`],
    ["secret_quoted", `${text},`],
    ["secret_quoted", `<${text}>`],
    ["secret_blank", `${text}\t`],
    ["secret_blank", `\t${text}`],
    ["secret_blank", `\u200B${text}`],
    ["secret_blank", `${text}\u200B`],
    ["secret_blank", `\u00A0${text}`],
    ["secret_newline", `\n${text}`],
    ["secret_newline", `${text}\n\n`],
    ["secret_newline", `${text} \n`],
    ["secret_encoded", base64(utf8(`${text}\n`))],
    ["secret_cut", text.slice(0, 50)],
    ["secret_cut", text.slice(32)],
    ["secret_cut", text.slice(4)],
    ["secret_cut", text.slice(1, -1)],
    ["secret_grouped", text.replace(/.{4}(?=.)/g, "$&-")],
    ["secret_grouped", text.replace(/.{8}(?=.)/g, "$& ")],
    ["secret_with_key", `${text}:${key}`],
    ["secret_utf16", utf16(text, false)],
    ["secret_utf16", utf16(`\uFEFF${text}`, true)],
    ["secret_named", `Bearer ${text}`],
    ...["API_SECRET", "SECRET_KEY", "SECRET"].map((name): Form => ["secret_named", `${name}=${text}`]),
    ["secret_encoded", hex(secret).toUpperCase()],
    ["secret_encoded", base64(secret).replace(/=+$/, "")],
    ["secret_encoded", base64(secret).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")],
  ];
  const known = new Set([text]);
  const fresh = (forms: readonly Form[]): SecretForm[] =>
    forms.flatMap(([mistake, form]) => {
      if (form === null) return [];
      const bytes = typeof form === "string" ? utf8(form) : form;
      const name = latin1Text(bytes);
      if (known.has(name)) return [];
      known.add(name);
      return [[mistake, bytes] as const];
    });
  return {
    first: fresh(first),
    likely: fresh(likely),
    texts: fresh(LIKELY_TEXTS),
    read: fresh(read),
    rare: fresh(rare),
  };
}

/**
 * What CryptoJS.enc.Hex.parse() makes of a text that is not hex: a zero for each pair that is no
 * number.
 */
const pairsAsHex = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length >> 1 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16) || 0);

/** What pack("H*") of Ruby and Perl makes of it: a letter is a digit, whichever letter it is. */
function nibblesAsHex(text: string): Uint8Array {
  const nibble = (code = 0) => (code > 0x39 ? (code + 9) & 15 : code & 15);
  return Uint8Array.from(
    { length: text.length >> 1 },
    (_, at) => (nibble(text.charCodeAt(at * 2)) << 4) | nibble(text.charCodeAt(at * 2 + 1)),
  );
}

/** The mistakes in a secret that come together with another body. */
const PAIRED = new Set<Mistake>(["secret_newline", "secret_cut", "secret_quoted"]);

/** The secrets that are tried together with another body, the likeliest first. */
export const pairedSecrets = ({ first }: SecretForms): SecretForm[] =>
  first.filter(([mistake]) => PAIRED.has(mistake)).sort(([one], [other]) => placeOf(one) - placeOf(other));

const placeOf = (mistake: Mistake): number => [...PAIRED].indexOf(mistake);

/** Secrets that were hashed before use. */
export function* hashedSecrets(secret: Uint8Array): Searching<SecretForm[]> {
  const forms: SecretForm[] = [];
  for (const algorithm of ["sha512", "sha256", "md5"] as const) {
    const digest = yield { algorithm, key: null, data: secret };
    forms.push(["secret_hashed", utf8(hex(digest))]);
    if (algorithm !== "md5") forms.push(["secret_hashed", digest], ["secret_hashed", utf8(base64(digest))]);
  }
  return forms;
}
