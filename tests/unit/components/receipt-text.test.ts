import { expect, test } from "vitest";
import { receiptText } from "@/components/api-keys/key-page/receipt-text";
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
  expect(text(null)).toContain("\nLast refused request: none\n");
});

test("a receipt names the deactivation as its dialog does", () =>
  expect(text(null)).toContain("\nDeactivation recorded: 2026-11-30T10:56:59.997Z, by olga@x.example\n"));
