import { signLogin } from "@/components/forms/passkey-proof";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import type { Refused } from "./refused";

/** A passkey's signature for a login, or the sentence that says why there is none. */
export async function byPasskey(): Promise<{ passkey: string } | Refused> {
  const signed = await signLogin();
  if (signed.ok) return { passkey: JSON.stringify(signed.value) };
  return { text: sentence(signed.refusal), outdated: signed.refusal.code === "passkeys_not_loaded" };
}
