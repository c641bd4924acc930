import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { KeyGroups } from "@/components/key-state/key-groups";
import { From } from "@/components/key-state/last-used";
import { Stamp } from "@/components/key-state/stamp";
import { Time } from "@/components/ui/time";
import type { SupportKey } from "@/lib/support/keys";
import { KeyAddresses } from "./key-addresses";
import { KeyTimeline } from "./key-timeline";

type Props = { of: SupportKey; isOpen: boolean; activity: string };

/** A key's current state and everything that happened to it. */
export const KeySheet = ({ of, isOpen, activity }: Props) => (
  <section aria-label={`Key ${of.number}`} className="overflow-hidden rounded-sheet border border-line bg-surface">
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2.5 px-4 py-3.5 sm:px-5">
      <div className="flex items-center gap-2.5">
        <h3 className="t-heading tabular-nums">{of.number}</h3>
        <Stamp state={of.state} />
      </div>
      <KeyGroups value={of.key} struck={of.state === "retired"} />
    </div>
    <dl className="grid border-line border-t sm:grid-cols-3 sm:divide-x sm:divide-line">
      <Fact name="IP addresses">
        <KeyAddresses of={of} />
      </Fact>
      <Fact name="Last used">
        {of.traffic.used ? (
          <>
            <Time at={of.traffic.used.at} />
            <span className="text-ink-2 text-small">
              <From source={of.traffic.used.source} />
            </span>
          </>
        ) : (
          <span className="text-ink-2">Not used yet</span>
        )}
      </Fact>
      <Fact name="Fingerprint">
        {of.fingerprint ? <span className="address">{of.fingerprint}</span> : <span className="text-ink-2">No secret key yet</span>}
      </Fact>
    </dl>
    <details open={isOpen} className="group border-line border-t">
      <summary className="flex items-center gap-3 px-4 py-3 font-label text-label hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5">
        <ChevronRight aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-ink-3 transition-[rotate] group-open:rotate-90" />
        History of key {of.number}
      </summary>
      <KeyTimeline of={of} activity={activity} />
    </details>
  </section>
);

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid content-start gap-0.5 px-4 py-2.5 not-first:border-line max-sm:not-first:border-t sm:px-5 sm:py-3">
    <dt className="text-ink-3 text-small">{name}</dt>
    <dd className="min-w-0 wrap-anywhere tabular-nums">{children}</dd>
  </div>
);
