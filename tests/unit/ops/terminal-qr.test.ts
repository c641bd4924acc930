import jsQR from "jsqr";
import { expect, test } from "vitest";
import { qrLines } from "@/lib/ops/terminal-qr.mjs";

const SCALE = 4;
const INK = { " ": [0, 0], "▀": [1, 0], "▄": [0, 1], "█": [1, 1] } as const;

test("a camera reads from the banner exactly what an authenticator app needs", async () => {
  const uri =
    "otpauth://totp/Countersign:owner@acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Countersign";
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");
  const rows = (await qrLines(uri)).flatMap((line) => {
    const cells = [...line.replace(colours, "")].map((cell) => INK[cell as keyof typeof INK]);
    return [cells.map(([upper]) => upper), cells.map(([, lower]) => lower)];
  });
  const width = (rows[0]?.length ?? 0) * SCALE;
  const height = rows.length * SCALE;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)])
        pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  expect(jsQR(pixels, width, height)?.data).toBe(uri);
});
