import type { ReactNode } from "react";
import { Breakable } from "@/components/ui/breakable";
import { utc } from "@/components/ui/utc";
import type { DeactivationReceipt as Stop } from "@/lib/api-keys/reads/deactivation-receipt";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import { sourceWords } from "@/lib/words/key-usage";
import { ReceiptCopies } from "./receipt-copies";
import { deactivatedByText, receiptNotes, receiptText, timeOfDay } from "./receipt-text";

/** Proof of a deactivation, in four facts. */
export const Receipt = ({ of, receipt }: { of: KeyDetails; receipt: Stop }) => {
  const { lastAccepted, committedAt, refusedEverywhereAt, lastRefusedAt, event } = receipt;
  return (
    <section
      aria-labelledby="receipt"
      className="@container mb-6 overflow-hidden rounded-card border border-border-strong bg-surface"
    >
      <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-border border-b px-4 py-2.5 sm:py-2 sm:pr-3 sm:pl-5">
        <h2 id="receipt" className="type-heading">
          Receipt of the deactivation
        </h2>
        <ReceiptCopies text={receiptText(of, receipt)} number={of.number} />
      </div>
      <dl className="grid @min-[540px]:grid-cols-2 @min-[890px]:grid-cols-4">
        <Fact name="Last accepted request" about={lastAccepted && `from ${sourceWords(lastAccepted.source)}`}>
          {lastAccepted ? timeOfDay(lastAccepted.at, committedAt) : "None"}
        </Fact>
        <Fact name="Deactivation recorded" about={deactivatedByText(of)}>
          {timeOfDay(committedAt, committedAt)}
        </Fact>
        <Fact name="Refused by all gateways" about="at the latest">
          {timeOfDay(refusedEverywhereAt, committedAt)}
        </Fact>
        <Fact name="Last refused request" about="since the deactivation">
          {lastRefusedAt ? timeOfDay(lastRefusedAt, committedAt) : "None"}
        </Fact>
      </dl>
      <div className="grid gap-1 border-border border-t px-4 py-2.75 text-muted-foreground text-small sm:px-5">
        <p>
          {utc(committedAt, "date")}, UTC.{event && ` Recorded as audit event ${event}.`}
        </p>
        {receiptNotes(receipt).map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    </section>
  );
};

const Fact = ({ name, about, children }: { name: string; about?: ReactNode; children: ReactNode }) => (
  <div className="border-border px-4 py-3 not-first:border-t @min-[540px]:px-5 @min-[540px]:py-3.5 @min-[540px]:nth-2:border-t-0 @min-[540px]:even:border-l @min-[890px]:not-first:border-t-0 @min-[890px]:not-first:border-l">
    <dt className="text-subtle-foreground text-small">{name}</dt>
    <dd className="font-[600] tabular-nums">
      {children}
      {about && (
        <span className="wrap-anywhere block font-normal text-muted-foreground text-small">
          {typeof about === "string" ? <Breakable text={about} /> : about}
        </span>
      )}
    </dd>
  </div>
);
