/** 32 random bytes as base64url, 43 characters. Held in memory by one dialog; whoever knows it may be shown that dialog's secret for 120 s. */
export function newTicket(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
