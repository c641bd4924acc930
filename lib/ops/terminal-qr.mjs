/**
 * A QR code as lines of text, two rows of modules per line. It is black on white whatever colours
 * the terminal has.
 * @param {string} text
 */
export async function qrLines(text) {
  const { default: qrcode } = await import("qrcode");
  const { size, data } = qrcode.create(text, { errorCorrectionLevel: "L" }).modules;
  const border = 2;
  /** @param {number} x @param {number} y */
  const dark = (x, y) => x >= 0 && y >= 0 && x < size && y < size && data[y * size + x];
  /** @param {number} step */
  const range = (step) =>
    Array.from({ length: Math.ceil((size + 2 * border) / step) }, (_, index) => index * step - border);
  /** @param {number} x @param {number} y */
  const cell = (x, y) => [" ", "▀", "▄", "█"][(dark(x, y) ? 1 : 0) + (dark(x, y + 1) ? 2 : 0)];
  /** @param {number} y */
  const line = (y) =>
    range(1)
      .map((x) => cell(x, y))
      .join("");
  return range(2).map((y) => `\u001b[38;5;16;48;5;231m${line(y)}\u001b[0m`);
}

/**
 * The QR code that adds a user's 2FA device to an authenticator app.
 * @param {string} email @param {string} secret
 */
export async function deviceQrLines(email, secret) {
  const { generateURI } = await import("otplib");
  return qrLines(generateURI({ issuer: "Countersign", label: email, secret }));
}
