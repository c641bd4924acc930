import { isMistake, type Mistake, WORDS, wordsOf } from "../platform/signing/mistakes/words/words";
import { SECRET_ACCEPTED } from "../platform/signing/sent-secret";

/** Why a request was refused, and what to do about it. */
export type Refused = { what: string; remedy: string };

/**
 * `fact` is true for every reader. `advice` is addressed to the merchant; `member` stands in its
 * place if only Owners can follow it. `support` is what Support can do where the merchant cannot.
 */
type Remedy = { fact?: string; advice?: string; member?: string; support?: string };

const ASK_TO_DEACTIVATE = "Ask an Owner to deactivate the API key as compromised, and sign with a new pair.";
const SIGN_AGAIN = "Check the secret key, and sign the exact bytes you send.";

const SIGNED_RIGHT = "The signature is right, but nothing was done.";

const REASONS: Record<string, Remedy & { what: string }> = {
  bad_header_key: {
    what: "The key is not active",
    advice: "Activate it, or sign with the key that is active.",
    member: "Ask an Owner to activate it, or sign with the key that is active.",
  },
  on_standby: {
    what: "Tried while the key was on standby",
    fact: "The request is signed correctly. The key works once it has taken over.",
  },
  bad_header_signature: {
    what: "The signature does not match",
    fact: "No mistake we know of explains it.",
    advice: SIGN_AGAIN,
  },
  ip_not_allowed: {
    what: "The address is not allowed",
    fact: "Signed with the right secret key.",
    advice: "If the server is yours, add its address with Edit IP addresses.",
    member: "If the server is yours, ask an Owner to allow its address.",
  },
  secret_sent: {
    what: "The secret key was sent",
    advice: WORDS.secret_sent[1],
    member: ASK_TO_DEACTIVATE,
  },
  [SECRET_ACCEPTED]: {
    what: "The secret key was sent with an accepted request",
    advice: WORDS.secret_accepted[1],
    member: `Stop sending it. ${ASK_TO_DEACTIVATE}`,
  },
  required_header_key: { what: "No API key was sent", advice: "Send it once, in the header X-Processing-Key." },
  required_header_signature: {
    what: "No signature was sent",
    advice: "Send it once, in the header X-Processing-Signature.",
  },
  headers_too_large: {
    what: "There are too many headers, or they are too large",
    advice: "Send 64 headers and 8 KiB at most.",
  },
  bad_content_format: {
    what: "The body is not JSON",
    advice: "Send JSON, with the header Content-Type: application/json.",
  },
  unsupported_media_type: {
    what: "The body is compressed",
    advice: "Send it as it was signed, without Content-Encoding.",
  },
  payload_too_large: { what: "The body is too large", advice: "Send 1 MiB at most." },
  request_timeout: { what: "The request came too slowly", advice: "Send all of it within 10 seconds." },
  bad_request: {
    what: "The request could not be read",
    fact: "Its length or its chunks make no sense.",
    advice: "Check the HTTP client.",
  },
  not_found: {
    what: "Nothing is at this path",
    fact: SIGNED_RIGHT,
    advice: "Check the base URL and the path: it begins with /api/v2/. If both are right, tell Support.",
    support:
      "Paths begin with /api/v2/. If this one does, ask whoever runs the gateway whether UPSTREAM_URL is set: without it, only /api/v2/whoami answers.",
  },
  method_not_allowed: {
    what: "The path does not take this method",
    fact: SIGNED_RIGHT,
    advice: "Send it with POST: /api/v2/whoami takes no other method.",
  },
  secret_not_opened: {
    what: "The gateway could not open the secret key",
    fact: "Nothing was wrong with the request.",
    advice: "Tell Support; a new API key works.",
    support: "A new API key works. Tell whoever runs the gateway.",
  },
  unavailable: {
    what: "The gateway could not check the key",
    fact: "Nothing was wrong with the request.",
    advice: "Send it again.",
  },
};

const ANY: Remedy & { what: string } = {
  what: "The request was refused",
  advice: "Tell Support the time.",
  support: "The gateway's log says why, at this time.",
};

const NOT_LOOKED_INTO: Remedy = { fact: "This request was not looked into.", advice: SIGN_AGAIN };

/** Owners can follow all advice, other members some of it, and Support passes it on. */
export type Reader = "owner" | "member" | "support";

/**
 * The state that the key is in now, whether a button beside the words allows the address, and who
 * reads.
 */
export type Situation = { state?: string; allow?: boolean; reader?: Reader };

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
  const { what, ...usual } = Object.hasOwn(REASONS, reason) ? (REASONS[reason] as typeof ANY) : ANY;
  const remedy = remedyFor(reason, (mistake ?? "").split("+").filter(isMistake), looked, situation) ?? usual;
  return { what, remedy: told(remedy, situation.reader ?? "owner") };
}

function remedyFor(reason: string, mistakes: Mistake[], looked: boolean, situation: Situation): Remedy | null {
  const now = remedyNow(reason, situation);
  if (isSent(reason)) return now ?? (mistakes.includes("secret_as_key") ? SENT_AS_KEY : null);
  if (mistakes.length > 0) return explained(mistakes, reason === "not_found" ? SIGNED_RIGHT : "");
  return reason === "bad_header_signature" && !looked ? NOT_LOOKED_INTO : now;
}

const isSent = (reason: string): boolean => reason === "secret_sent" || reason === SECRET_ACCEPTED;

const [AS_KEY, NOT_AS_KEY] = WORDS.secret_as_key;
/** It is certain, not likely, that the secret was sent. */
const SENT_AS_KEY: Remedy = { fact: AS_KEY, advice: NOT_AS_KEY, member: ASK_TO_DEACTIVATE };

/** Where the usual remedy cannot be followed any more, or a button follows it. */
function remedyNow(reason: string, { state, allow }: Situation): Remedy | null {
  if (reason === "ip_not_allowed" && allow)
    return { fact: "Signed with the right secret key.", advice: "If the server is yours, allow its address." };
  if (isSent(reason) && state === "standby")
    return {
      advice: "Cancel the rotation, and rotate again for another pair.",
      member: "Ask an Owner to cancel the rotation and to rotate again.",
    };
  if (reason === "on_standby" && state !== undefined && state !== "standby" && state !== "retired")
    return { fact: "The request was signed correctly, but sent before the key took over." };
  return state === "retired" ? (RETIRED[reason] ?? null) : null;
}

const SENT_RETIRED: Remedy = { fact: "The key is retired, so nobody can use it.", advice: "Sign with another pair." };

const RETIRED: Record<string, Remedy> = {
  ip_not_allowed: {
    fact: "Signed with the right secret key, which is retired.",
    advice: "Sign with the active key.",
  },
  bad_header_key: {
    fact: "It is retired, and nobody can activate it again.",
    advice: "Sign with the active key.",
  },
  on_standby: { fact: "The request was signed correctly, but the rotation was cancelled." },
  secret_sent: SENT_RETIRED,
  [SECRET_ACCEPTED]: SENT_RETIRED,
};

/** What can be read in the request itself. Anything else is a conclusion, and likely. */
const SEEN =
  /^(path|content|signature_(length|unreadable|missing|twice|empty)|key_(missing|twice|empty)|body_(empty|missing|form|utf16|byte_order_mark|trailing_comma|single_quotes|not_json))(_|:|$)/;

/** "Likely the JSON was formatted again after signing. Send the text you signed." */
function explained(mistakes: readonly Mistake[], before: string): Remedy {
  const [seen, likely] = [true, false].map((is) =>
    mistakes.filter((mistake) => SEEN.test(mistake) === is).map((mistake) => wordsOf(mistake)[0]),
  ) as [string[], string[]];
  const guess = likely.length > 0 && `Likely ${likely.map(inSentence).join(" And ")}`;
  const advice = mistakes.map((mistake) => wordsOf(mistake)[1]).join(" ");
  return { fact: [before, ...seen, guess].filter(Boolean).join(" "), advice };
}

/** Makes the first letter small, unless the sentence begins with a name. */
const inSentence = (sentence: string): string =>
  /^(The|A|An|It|Its|Something|Nothing|Only|Members|Characters|Accented|All|There)\b/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;

function told({ fact, advice, member, support }: Remedy, reader: Reader): string {
  const passedOn = support ?? (advice && `Tell the merchant: ${advice}`);
  const told = { owner: advice, member: member ?? advice, support: passedOn }[reader];
  return [fact, told].filter(Boolean).join(" ");
}

/** Where requests came from: an address or network, or "other" if there were too many to list. */
export const sourceWords = (source: string): string =>
  ({ other: "many addresses", unreadable: "an unreadable address" })[source] ?? source;
