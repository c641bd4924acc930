import { latin1Text } from "./bytes";

/** Where Windows-1252 differs from Latin-1, from 0x80 on. */
const WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

export const windowsText = (bytes: Uint8Array): string =>
  latin1Text(bytes).replace(/[\u0080-\u009f]/g, (letter) => WINDOWS[letter.charCodeAt(0) - 0x80] ?? letter);

/** The same text in Windows-1252; null if it has other letters. */
export function windowsBytes(text: string): Uint8Array | null {
  const codes = [...text].map((letter) => {
    const at = WINDOWS.indexOf(letter);
    return at < 0 ? letter.charCodeAt(0) : at + 0x80;
  });
  return codes.every((code) => code <= 0xff) ? Uint8Array.from(codes) : null;
}
