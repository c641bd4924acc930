/** What losing the phone would mean for the user, in one sentence. */
export function deviceLossSentence({ passkeys, codes }: { passkeys: number; codes: number }): string {
  const left = [count(passkeys, "passkey"), count(codes, "recovery code")].filter(Boolean);
  if (left.length === 0) return "If you lose your phone you cannot log in: make recovery codes, or add a passkey.";
  return `If you lose your phone you can still log in: ${left.join(" and ")}.`;
}

const count = (number: number, name: string): string =>
  number === 0 ? "" : `${number} ${name}${number === 1 ? "" : "s"}`;
