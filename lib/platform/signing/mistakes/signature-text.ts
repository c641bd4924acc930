import { latin1Text } from "./bytes";
import type { Evidence } from "./evidence";
import { readingsOf } from "./signature-forms";
import type { Mistake } from "./words/words";

const NO_VALUE = /^(undefined|null|none|nil|nan|true|false|\[object \w+\]|Array|Promise.*|<Promise.*)$/i;
const PLACEHOLDER =
  /^(\{\{.*\}\}|\$\w+|\$\{.*\}|\$\(.*|<[\w -]+>|\[[\w -]+\]|%\w+%|process\.env\.\w+|(your|my)?[ _-]?signature)$/i;
/** What Java, C#, Python, Ruby, PHP and Node print for a digest or an HMAC that is not hex yet. */
const OBJECT =
  /^(\[B@[0-9a-f]+|System\.(Byte\[\]|Security\..*)|javax\.crypto\..*|<.* object at 0x.*|#<.*|Resource id #\d+|Hmac \{.*)$/i;

/** The mistake that is obvious from a signature's text alone. */
export function signatureText({
  signature,
  secret,
  key,
}: Pick<Evidence, "signature" | "secret" | "key">): Mistake | null {
  const text = signature.trim();
  if (secret.length > 0 && text.includes(latin1Text(secret))) return "secret_sent";
  if (readingsOf(text).length > 0) return null;
  if (key !== "" && text.includes(key)) return "key_as_signature";
  if (NO_VALUE.test(text)) return "signature_no_value";
  if (OBJECT.test(text)) return "signature_object";
  return PLACEHOLDER.test(text) ? "signature_placeholder" : null;
}
