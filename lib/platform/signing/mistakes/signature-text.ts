import { latin1Text } from "./bytes";
import type { Evidence } from "./search";
import type { Mistake } from "./words/words";

const NO_VALUE = /^(undefined|null|none|nil|nan|true|false|\[object \w+\]|Array|Promise.*|<Promise.*)$/i;
const PLACEHOLDER = /^(\{\{.*\}\}|\$\w+|\$\{.*\}|\$\(.*|<[\w -]+>|\[[\w -]+\]|%\w+%|(your|my)?[ _-]?signature)$/i;

/** The mistake that is obvious from a signature's text alone. */
export function signatureText({
  signature,
  secret,
  key,
}: Pick<Evidence, "signature" | "secret" | "key">): Mistake | null {
  const text = signature.trim();
  if (secret.length > 0 && text.includes(latin1Text(secret))) return "secret_sent";
  if (key !== "" && text.includes(key)) return "key_as_signature";
  if (NO_VALUE.test(text)) return "signature_no_value";
  return PLACEHOLDER.test(text) ? "signature_placeholder" : null;
}
