import { dictionary } from "@zxcvbn-ts/language-common";
import type { Refusal } from "../../words/refusals/refusals";

/*
 * The rules for a password that a person chooses. Pure.
 *
 * Promise: it accepts no password that an attacker tries first: no common password, whether
 * plain, respelled, surrounded by digits and punctuation or repeated; no run of neighbouring
 * characters; and none that contains the user's e-mail. It accepts anything else of 12 to 128
 * characters, in any script, with spaces, as typed: no rule demands characters of some kind.
 * Attack: guessing with lists and their usual variations. ASVS 5.0: 6.2.1, 6.2.4, 6.2.5, 6.2.9,
 * 6.2.11; NIST SP 800-63B-4 3.1.1.2.
 */
const MIN = 12;
const MAX = 128;

/** Why this password is refused, or null. */
export function refusedPassword(password: string, email: string): Refusal | null {
  const length = [...password].length;
  if (length < MIN || length > MAX) return { code: "new_password_length", least: MIN, most: MAX };
  const folded = password.normalize("NFKC").toLowerCase();
  if (holdsEmail(folded, email.toLowerCase())) return { code: "new_password_contains_email" };
  return isCommon(folded) ? { code: "new_password_common" } : null;
}

function holdsEmail(folded: string, email: string): boolean {
  const [local = ""] = email.split("@");
  const [name = ""] = local.split("+");
  return [email, local, name].some((part) => part.length >= 3 && folded.includes(part));
}

function isCommon(folded: string): boolean {
  const core = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return (
    [folded, plain(folded), core, plain(core)].some((text) => known(text) || known(unit(text))) || isMonotonous(folded)
  );
}

const known = (text: string): boolean => common().has(text) || OWN.has(text);

let words: Set<string> | undefined;
const common = (): Set<string> =>
  (words ??= new Set(dictionary["passwords-common"].filter((word) => word.length >= 3)));

/** Words from this product itself. */
const OWN = new Set(["countersign", "temporary", "apikey", "secretkey", "merchant"]);

const SPELLINGS: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

const plain = (text: string): string =>
  text.replace(/[013457@$!]/g, (sign) => SPELLINGS[sign] ?? sign).replace(/[\s._-]+/g, "");

/** The shortest piece that the text repeats: "abc" for "abcabcabc". */
function unit(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}

const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
  "azertyuiop",
];
const RUNS = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);

/**
 * Whether it has few different characters, or consists mostly of neighbours on a keyboard or in
 * the alphabet.
 */
function isMonotonous(folded: string): boolean {
  if (new Set(folded).size < 5 || unit(folded).length < 6) return true;
  const pairs = [...folded].slice(1).map((character, index) => `${[...folded][index]}${character}`);
  const dull = pairs.filter(
    ([before, after]) => before === after || RUNS.some((run) => run.includes(`${before}${after}`)),
  );
  return dull.length >= pairs.length * 0.75;
}
