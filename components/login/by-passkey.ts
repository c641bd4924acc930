import { signLogin } from "@/components/forms/passkey-proof";
import { describe as sentence } from "@/lib/words/refusals/refusals";

/** A passkey's signature for a login, or the sentence that says why there is none. */
export async function byPasskey(): Promise<{ passkey: string } | { refusal: string }> {
  const signed = await signLogin();
  return signed.ok ? { passkey: JSON.stringify(signed.value) } : { refusal: sentence(signed.refusal) };
}
