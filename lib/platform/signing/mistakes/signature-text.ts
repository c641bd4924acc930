import { base64, fromBase64, fromHex, hex, isStartOf, latin1Text } from "./bytes";
import type { Evidence } from "./evidence";
import { readingsOf } from "./signature-forms";
import type { Mistake } from "./words/words";

const NO_VALUE =
  /^(undefined|null|none|nil|nan|true|false|\[object (Promise|Undefined|Null)\]|Array|Promise.*|<Promise.*)$/i;
const PLACEHOLDER =
  /^(\{\{.*\}\}|\$\w+|\$\{.*\}|\$\(.*|<[\w -]+>|\[[\w -]+\]|%\w+%|process\.env\.\w+|(your|my)?[ _-]?signature)$/i;
/** What Java, C#, Python, Ruby, PHP and Node print for a digest or an HMAC that is not hex yet. */
const OBJECT =
  /^(\[object \w+\]|\[B@[0-9a-f]+|System\.(Byte\[\]|Security\..*)|javax\.crypto\..*|<.* object at 0x.*|#<.*|Resource id #\d+|Hmac \{.*)$/i;

/** Whether a text contains the secret key, or is its hex or its Base64. */
const isSecret = (text: string, secret: Uint8Array): boolean =>
  text.includes(latin1Text(secret)) || text.toLowerCase() === hex(secret) || text === base64(secret);

/**
 * A JSON Web Token: its header, a JSON object, in Base64, then its payload and its own signature.
 */
const WEB_TOKEN = /^(Bearer\s+)?eyJ[\w-]+\.[\w-]+\.[\w-]*$/i;
/** Bytes of digests. */
const DIGESTS = [16, 20, 28, 32, 48, 64];

/** What Go's hash.Sum(body) returns: the body, and behind it a digest of nothing. */
function isBodyAndDigest(text: string, body: Uint8Array): boolean {
  if (body.length === 0 || text.length > 4 * (body.length + 64)) return false;
  const sum = /^[0-9a-f]+$/i.test(text) ? fromHex(text) : fromBase64(text);
  return sum !== null && DIGESTS.includes(sum.length - body.length) && isStartOf(body, sum);
}

/** The mistake that is obvious from a signature's text alone. */
export function signatureText({ signature, secret, key, body }: Evidence): Mistake | null {
  const text = signature.trim();
  if (secret.length > 0 && isSecret(text, secret)) return "secret_sent";
  if (WEB_TOKEN.test(text)) return "signature_jwt";
  if (isBodyAndDigest(text, body)) return "signature_sum";
  if (readingsOf(text).length > 0) return null;
  if (key !== "" && text.includes(key)) return "key_as_signature";
  if (NO_VALUE.test(text)) return "signature_no_value";
  if (OBJECT.test(text)) return "signature_object";
  return PLACEHOLDER.test(text) ? "signature_placeholder" : null;
}
