/**
 * 32 random bytes as base64url, 43 characters. One dialog holds the ticket in memory. Whoever
 * knows it can be shown that dialog's secret for 120 s.
 */
export function newTicket(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): string {
  const bytes = random(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
