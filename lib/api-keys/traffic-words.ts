import type { Mistake } from "../signing/mistake";

/** Why a request was refused, and what to do about it. */
export type Refused = { what: string; remedy: string };

const REASONS: Record<string, Refused> = {
  bad_header_key: { what: "The key is not active", remedy: "Activate it, or sign with the key that is active." },
  bad_header_signature: {
    what: "The signature does not match",
    remedy: "No mistake we know of explains it. Check the secret key, and sign the exact bytes you send.",
  },
  ip_not_allowed: {
    what: "The address is not allowed",
    remedy: "Signed with the right secret key. If the server is yours, add its address with Edit IP addresses.",
  },
  bad_content_format: { what: "The body is not JSON", remedy: "Send JSON, with the header Content-Type: application/json." },
  unsupported_media_type: { what: "The body is compressed", remedy: "Send it as it was signed, without Content-Encoding." },
  payload_too_large: { what: "The body is too large", remedy: "Send 1 MiB at most." },
  request_timeout: { what: "The request came too slowly", remedy: "Send all of it within 10 seconds." },
  bad_request: { what: "The request could not be read", remedy: "Its length or its chunks make no sense. Check the HTTP client." },
  secret_not_opened: {
    what: "The gateway could not open the secret key",
    remedy: "Nothing was wrong with the request. Tell Support; a new API key works.",
  },
  unavailable: { what: "The gateway could not check the key", remedy: "Nothing was wrong with the request. Send it again." },
};

const ANY: Refused = { what: "The request was refused", remedy: "Tell Support the time." };

const MISTAKES: Record<Mistake, string> = {
  base64: "Likely written in Base64. Write the signature in lowercase hex.",
  trailing_newline:
    "Likely a newline at the end of the body was signed and not sent, or sent and not signed. Sign the exact bytes you send.",
  byte_order_mark: "Likely a byte order mark was signed and not sent, or sent and not signed. Sign the exact bytes you send.",
  rewritten_json: "Likely the JSON was formatted again after signing. Sign the exact bytes you send.",
  key_as_secret: "Likely signed with the API key. Sign with the secret key.",
  previous_secret: "Likely signed with the secret key of an earlier API key. Use the secret key that belongs to this one.",
};

export function refusedWords(reason: string, mistake: string | null): Refused {
  const words = Object.hasOwn(REASONS, reason) ? (REASONS[reason] as Refused) : ANY;
  return mistake !== null && Object.hasOwn(MISTAKES, mistake) ? { ...words, remedy: MISTAKES[mistake as Mistake] } : words;
}

/** Where requests came from: an address or network, or more of them than are kept apart. */
export const sourceWords = (source: string): string => ({ other: "many addresses", unreadable: "an unreadable address" })[source] ?? source;
