export const CODE_LENGTH = 6;

/** The digits of typed, pasted or autofilled text. "862 617" and full-width digits work too. */
export const codeDigits = (text: string): string => text.normalize("NFKC").replace(/\D/g, "").slice(0, CODE_LENGTH);
