/** What losing the phone would mean, in one sentence. */
export function outlook({ passkeys, codes }: { passkeys: number; codes: number }): string {
  const left = [count(passkeys, "passkey"), count(codes, "recovery code")].filter(Boolean);
  if (left.length === 0) return "Losing your phone would lock you out: make recovery codes, or add a passkey.";
  return `Losing your phone would not lock you out: ${left.join(" and ")} ${passkeys + codes === 1 ? "is" : "are"} left.`;
}

const count = (number: number, name: string): string => (number === 0 ? "" : `${number} ${name}${number === 1 ? "" : "s"}`);
