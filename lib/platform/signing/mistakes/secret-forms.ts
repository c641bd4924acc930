import { base64, fromBase64, fromHex, hex, latin1Text, utf8, utf16 } from "./bytes";
import type { Searching } from "./task";
import type { Mistake } from "./words/words";

export type SecretForm = readonly [mistake: Mistake, secret: Uint8Array];

/** The secret of the published test vector, which many samples use. */
const SAMPLE_SECRET = "AbCdEfG123456";

/** Texts that programs use for a missing value. */
const NO_VALUES = ["undefined", "null", "None", "nil"];
const PLACEHOLDERS = [
  "secret",
  "your-secret",
  "YOUR_SECRET",
  "your_secret_key",
  "<secret>",
  "[secret]",
  "$COUNTERSIGN_SECRET",
];

/** What programs use as the secret key instead of its characters, the likeliest first. */
export function secretForms(secret: Uint8Array, key: string): SecretForm[] {
  const text = latin1Text(secret);
  const forms: [Mistake, string | Uint8Array | null][] = [
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
    ["secret_quoted", `"${text}`],
    ["secret_quoted", `${text}"`],
    ["secret_quoted", `${text};`],
    ["secret_blank", `${text}\t`],
    ["secret_blank", `\t${text}`],
    ["secret_blank", `\uFEFF${text}`],
    ["secret_blank", `\u00A0${text}`],
    ["secret_blank", `${text}\u00A0`],
    ["secret_newline", `${text}\n\n`],
    ["secret_newline", `\n${text}`],
    ["secret_newline", `${text} \n`],
    ["secret_grouped", text.replace(/.{8}(?=.)/g, "$& ")],
    ["secret_cut", text.slice(0, -2)],
    ["secret_cut", text.slice(0, 32)],
    ["secret_cut", text.slice(1, -1)],
    ["secret_doubled", text + text],
    ["secret_with_key", `${key}:${text}`],
    ["secret_with_key", key + text],
    ["secret_with_key", text + key],
    ["secret_named", `COUNTERSIGN_SECRET=${text}`],
    ["secret_utf16", utf16(text, false)],
    ...NO_VALUES.map((none) => ["secret_no_value", none] as [Mistake, string]),
    ...PLACEHOLDERS.map((placeholder) => ["secret_placeholder", placeholder] as [Mistake, string]),
  ];
  const known = new Set([text]);
  return forms.flatMap(([mistake, form]) => {
    if (form === null) return [];
    const bytes = typeof form === "string" ? utf8(form) : form;
    const name = latin1Text(bytes);
    if (known.has(name)) return [];
    known.add(name);
    return [[mistake, bytes] as const];
  });
}

/** Secrets that were hashed before use. */
export function* hashedSecrets(secret: Uint8Array): Searching<SecretForm[]> {
  const forms: SecretForm[] = [];
  for (const algorithm of ["sha512", "sha256", "md5"] as const) {
    const digest = yield { algorithm, key: null, data: secret };
    forms.push(["secret_hashed", utf8(hex(digest))], ["secret_hashed", digest]);
    if (algorithm !== "md5") forms.push(["secret_hashed", utf8(base64(digest))]);
  }
  return forms;
}
