export const MAX_NOTE_LENGTH = 80;

/**
 * Characters that show nothing or turn the direction of the text around them. Attack: a note that
 * makes its row read as another key's.
 */
const UNSEEN = /[\p{Cc}\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** A note as it is stored: one line, without blanks at its ends. */
export const normalizeNote = (text: string): string =>
  text.normalize("NFC").replace(/\s+/gu, " ").replace(UNSEEN, "").replace(/ +/g, " ").trim();
