export const LONGEST_NOTE = 80;

/** A note as it is stored: one line, without blanks at its ends. */
export const tidyNote = (text: string): string => text.normalize("NFC").replace(/\s+/gu, " ").trim();
