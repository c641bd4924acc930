import { z } from "zod";

const text = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .max(8_192);
const around = {
  id: text.min(1),
  rawId: text.min(1),
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}),
};

/** What a browser sends after a passkey has signed. */
export const ASSERTION = z.object({
  ...around,
  response: z.object({ clientDataJSON: text, authenticatorData: text, signature: text, userHandle: text.optional() }),
});

/** What a browser sends after it has created a passkey. */
export const ATTESTATION = z.object({
  ...around,
  response: z.object({ clientDataJSON: text, attestationObject: text }),
});

export type Assertion = z.output<typeof ASSERTION>;
export type Attestation = z.output<typeof ATTESTATION>;

/** The challenge that an answer claims to have signed; the verification checks the claim later. */
export function challengeIn({ response }: Assertion | Attestation): string | null {
  try {
    const { challenge } = JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString("utf8"));
    return typeof challenge === "string" && /^[\w-]{1,100}$/.test(challenge) ? challenge : null;
  } catch {
    return null;
  }
}
