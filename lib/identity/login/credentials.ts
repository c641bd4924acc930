import { isStorable } from "../../actions/input";

/** Returns "" for a value that is no string or cannot be stored: it can match no account. */
export const storableText = (value: unknown): string => (typeof value === "string" && isStorable(value) ? value : "");

/** What a login form sends: nothing of it is checked yet. */
export type Credentials = Partial<Record<"email" | "password" | "code" | "recoveryCode" | "passkey", unknown>>;

/**
 * A passkey's answer arrives as a JSON string, because next-auth accepts only strings. Invalid
 * JSON becomes null, which is refused like a wrong passkey.
 */
export function codeAlternative(given: Credentials | undefined): { recoveryCode?: string; passkey?: unknown } {
  if (typeof given?.passkey === "string") return { passkey: parsed(given.passkey) };
  return typeof given?.recoveryCode === "string" ? { recoveryCode: storableText(given.recoveryCode) } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
