import fc from "fast-check";
import jsQR from "jsqr";
import { describe, expect, test } from "vitest";
import { newTicket } from "@/components/api-keys/activate/ticket";
import { LATE_AFTER_MS, progressAfter } from "@/components/api-keys/deactivate/wait-progress";
import { qrPath } from "@/components/ui/qr-path";

describe("a ticket", () => {
  test("is 32 bytes as 43 characters that need no escaping", () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, (given) => {
        const ticket = newTicket((into) => {
          into.set(given);
          return into;
        });
        expect(ticket).toMatch(/^[A-Za-z0-9_-]{43}$/);
        expect(new Uint8Array(Buffer.from(ticket, "base64url"))).toEqual(new Uint8Array(given));
      }),
    );
  });

  test("is never the same twice", () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newTicket())).size).toBe(1_000);
  });
});

describe("the QR code", () => {
  test("decodes back to the secret, whatever its characters", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{64}$/);
    fc.assert(
      fc.property(secret, (given) => {
        const { data, side } = raster(qrPath(given));
        expect(jsQR(data, side, side)?.data).toBe(given);
      }),
      { numRuns: 20 },
    );
  });

  test("keeps a margin of four modules on every side", () => {
    const { size, path } = qrPath("x".repeat(64));
    for (const [x, y, width] of rectangles(path)) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(4);
      expect(Math.max(x + width, y + 1)).toBeLessThanOrEqual(size - 4);
    }
  });

  test("contains the secret only as a picture, never as text", () => {
    expect(qrPath("Ab3".repeat(21)).path).toMatch(/^(M\d+ \d+h\d+v1h-\d+z)+$/);
  });
});

describe("the wait for the gateways", () => {
  test("never shows a full bar before the reply", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LATE_AFTER_MS - 1 }), (elapsed) => {
        const progress = progressAfter(elapsed);
        expect(progress.late ? 100 : progress.percent).toBeLessThan(100);
      }),
    );
  });

  test("counts seconds instead of promising an end once it is late", () => {
    expect(progressAfter(2_999)).toMatchObject({ late: false });
    expect(progressAfter(3_000)).toEqual({ late: true, seconds: 3 });
    expect(progressAfter(8_900)).toEqual({ late: true, seconds: 8 });
  });
});

function rectangles(path: string): [x: number, y: number, width: number][] {
  return [...path.matchAll(/M(\d+) (\d+)h(\d+)v1/g)].map(([, x, y, width]) => [Number(x), Number(y), Number(width)]);
}

function raster({ size, path }: { size: number; path: string }, scale = 5) {
  const side = size * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [x, y, width] of rectangles(path)) {
    for (let row = y * scale; row < (y + 1) * scale; row++) {
      for (let column = x * scale; column < (x + width) * scale; column++)
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return { data, side };
}
