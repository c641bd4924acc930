import { isMistake, type Mistake, WORDS } from "../platform/signing/mistakes/words/words";

/** Why a request was refused, and what to do about it. */
export type Refused = { what: string; remedy: string };

const REASONS: Record<string, Refused> = {
  bad_header_key: { what: "The key is not active", remedy: "Activate it, or sign with the key that is active." },
  on_standby: {
    what: "The key is on standby",
    remedy: "The request is signed correctly. The key works once it has taken over.",
  },
  bad_header_signature: {
    what: "The signature does not match",
    remedy: "No mistake we know of explains it. Check the secret key, and sign the exact bytes you send.",
  },
  ip_not_allowed: {
    what: "The address is not allowed",
    remedy: "Signed with the right secret key. If the server is yours, add its address with Edit IP addresses.",
  },
  secret_sent: {
    what: "The secret key was sent",
    remedy: "Deactivate the API key as compromised, and sign with a new pair.",
  },
  required_header_key: { what: "No API key was sent", remedy: "Send it once, in the header X-Processing-Key." },
  required_header_signature: {
    what: "No signature was sent",
    remedy: "Send it once, in the header X-Processing-Signature.",
  },
  headers_too_large: {
    what: "There are too many headers, or they are too large",
    remedy: "Send 64 headers and 8 KiB at most.",
  },
  bad_content_format: {
    what: "The body is not JSON",
    remedy: "Send JSON, with the header Content-Type: application/json.",
  },
  unsupported_media_type: {
    what: "The body is compressed",
    remedy: "Send it as it was signed, without Content-Encoding.",
  },
  payload_too_large: { what: "The body is too large", remedy: "Send 1 MiB at most." },
  request_timeout: { what: "The request came too slowly", remedy: "Send all of it within 10 seconds." },
  bad_request: {
    what: "The request could not be read",
    remedy: "Its length or its chunks make no sense. Check the HTTP client.",
  },
  secret_not_opened: {
    what: "The gateway could not open the secret key",
    remedy: "Nothing was wrong with the request. Tell Support; a new API key works.",
  },
  unavailable: {
    what: "The gateway could not check the key",
    remedy: "Nothing was wrong with the request. Send it again.",
  },
};

const ANY: Refused = { what: "The request was refused", remedy: "Tell Support the time." };

const NOT_LOOKED_INTO = "This request was not looked into. Check the secret key, and sign the exact bytes you send.";

/** The state that the key is in now, and whether a button beside the words allows the address. */
export type Situation = { state?: string; allow?: boolean };

/**
 * Why a request was refused, and how to fix its likely mistake.
 * @param mistake as the gateway stores it: several of one request are joined by "+"
 * @param looked whether this request itself was examined
 */
export function refusedWords(
  reason: string,
  mistake: string | null,
  looked = true,
  situation: Situation = {},
): Refused {
  const words = Object.hasOwn(REASONS, reason) ? (REASONS[reason] as Refused) : ANY;
  const now = remedyNow(reason, situation);
  if (reason === "secret_sent" && now) return { ...words, remedy: now };
  const mistakes = (mistake ?? "").split("+").filter(isMistake);
  if (mistakes.length > 0) return { ...words, remedy: likely(mistakes) };
  if (reason === "bad_header_signature" && !looked) return { ...words, remedy: NOT_LOOKED_INTO };
  return { ...words, remedy: now ?? words.remedy };
}

/** Where the usual remedy cannot be followed any more, or a button follows it. */
function remedyNow(reason: string, { state, allow }: Situation): string | null {
  if (reason === "ip_not_allowed" && allow)
    return "Signed with the right secret key. If the server is yours, allow its address.";
  if (reason === "secret_sent" && state === "standby") return "Cancel the rotation, and rotate again for another pair.";
  if (reason === "on_standby" && state !== undefined && state !== "standby" && state !== "retired")
    return "The request was signed correctly, but sent before the key took over.";
  return state === "retired" ? (RETIRED[reason] ?? null) : null;
}

const RETIRED: Record<string, string> = {
  ip_not_allowed: "Signed with the right secret key, which is retired. Sign with the active key.",
  bad_header_key: "It is retired, and nobody can activate it again. Sign with the active key.",
  on_standby: "The request was signed correctly, but the rotation was cancelled.",
  secret_sent: "The key is retired, so nobody can use it. Sign with another pair.",
};

/** "Likely the JSON was formatted again after signing. Send the text you signed." */
function likely(mistakes: readonly Mistake[]): string {
  const sentences = mistakes.map((mistake) => WORDS[mistake]);
  return sentences
    .map(([what, remedy], index) =>
      index === 0 ? `Likely ${inSentence(what)} ${remedy}` : `And ${inSentence(what)} ${remedy}`,
    )
    .join(" ");
}

/** Makes the first letter small, unless the sentence begins with a name. */
const inSentence = (sentence: string): string =>
  /^(The|A|An|It|Its|Something|Nothing|Only|Members|Characters|Accented|All|There)\b/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;

/** Where requests came from: an address or network, or "other" if there were too many to list. */
export const sourceWords = (source: string): string =>
  ({ other: "many addresses", unreadable: "an unreadable address" })[source] ?? source;
