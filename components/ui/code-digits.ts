export const CODE_LENGTH = 6;

/** The digits of what was typed, pasted or filled in: "862 617" and full-width digits count too. */
export const codeDigits = (text: string): string => text.normalize("NFKC").replace(/\D/g, "").slice(0, CODE_LENGTH);
