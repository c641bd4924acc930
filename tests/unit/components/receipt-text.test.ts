import { expect, test } from "vitest";
import { receiptNotes, receiptText } from "@/components/api-keys/key-page/receipt-text";
import type { DeactivationReceipt } from "@/lib/api-keys/reads/deactivation-receipt";
import type { KeyDetails } from "@/lib/api-keys/reads/key";

const OF = { number: 1001, key: "k".repeat(32), deactivatedBy: "olga@x.example", reason: "rotating" } as KeyDetails;
const RECEIPT = {
  ...{ lastAccepted: null, propagation: null, event: null },
  committedAt: "2026-11-30T10:56:59.997Z",
  refusedEverywhereAt: "2026-11-30T10:57:01.197Z",
} as const;
const text = (lastRefusedAt: string | null) =>
  receiptText(OF, { ...RECEIPT, lastRefusedAt } as unknown as DeactivationReceipt);

test("the time of a receipt's last refused request is named as one, not as the start of the refusals", () => {
  expect(text("2026-11-30T10:57:01.811Z")).toContain("\nLast refused request: 2026-11-30T10:57:01.811Z\n");
  expect(text(null)).toContain("\nLast refused request: none since the deactivation\n");
});

test("a receipt names the deactivation as its dialog does", () =>
  expect(text(null)).toContain("\nDeactivation recorded: 2026-11-30T10:56:59.997Z, by olga@x.example\n"));

const notesOf = (changes: Partial<DeactivationReceipt>) =>
  receiptNotes({ ...RECEIPT, lastRefusedAt: null, ...changes }).join(" ");

test("a receipt has one measure of a deactivation, and says from when and until when it is measured", () => {
  const propagation = { endedBy: "gateways" as const, gateways: [{ name: "vm:3001", ms: 43 }] };
  expect(notesOf({ propagation })).toBe(
    "Confirmed by gateway vm:3001 after 43 ms. Milliseconds count from the deactivation to the gateway's confirmation; “Refused by all gateways” is when we recorded it. A gateway is named by its host and port.",
  );
  expect(receiptText(OF, { ...RECEIPT, lastRefusedAt: null, propagation })).not.toMatch(/\d s\b/);
  expect(notesOf({ propagation: { ...propagation, gateways: [{ name: "edge", ms: 43 }] } })).not.toContain("port");
  expect(notesOf({ propagation: { endedBy: "time", gateways: [] } })).not.toContain("Milliseconds");
});

test("a last accepted request that is later than the deactivation is explained, and no other is", () => {
  const notes = (at: string) => notesOf({ lastAccepted: { at, source: "45.33.32.7" } });
  expect(notes("2026-11-30T10:56:59.997Z")).toBe("");
  expect(notes("2026-11-30T10:57:00.028Z")).toBe(
    "The last request was accepted after the deactivation was recorded, but before all gateways had confirmed it: until a gateway confirms, it can accept the key.",
  );
  expect(notes("2026-11-30T10:57:01.800Z")).toBe(
    "The last request was accepted after the deactivation was recorded. Its time is that of its answer by the gateway's clock, which can be later than the time when the gateways refused the key.",
  );
  expect(
    receiptText(OF, { ...RECEIPT, lastRefusedAt: null, lastAccepted: { at: "2026-11-30T10:57:00.028Z", source: "x" } }),
  ).toContain("until a gateway confirms, it can accept the key");
});
