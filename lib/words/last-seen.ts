/** Sessions are kept for this long after their end, and nothing older is known of a login. */
export const KEPT_DAYS = 30;

/**
 * What is known of the last login of a person without a session: nothing, or that there was none.
 */
export const notSeenWords = (hasDevice: boolean): string =>
  hasDevice ? `no login in the last ${KEPT_DAYS} days` : "first login not completed";

/** How a person confirms who they are. */
export function waysWords(passkeys: number): string {
  if (passkeys === 0) return "2FA codes, no passkey";
  return passkeys === 1 ? "2FA codes and 1 passkey" : `2FA codes and ${passkeys} passkeys`;
}
