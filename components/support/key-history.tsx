import type { ReactNode } from "react";
import { From, WhyRefused } from "@/components/api-keys/last-used";
import { Time } from "@/components/ui/time";
import { reason } from "@/lib/audit/key-words";
import type { Act, SupportKey } from "@/lib/support/keys";

/** Who did what to a key, and when; and what tells whether two people speak of the same secret. */
export const KeyHistory = ({ of }: { of: SupportKey }) => (
  <dl className="grid gap-x-6 gap-y-1.5 text-small sm:grid-cols-2">
    <Line name="Generated" act={of.generated} />
    <Line name="Activated" act={of.activated} />
    <Line name="Deactivated" act={of.deactivated} />
    <Line name="Retired" act={of.retired} />
    {of.firstActivatedAt && of.firstActivatedAt !== of.activated?.at && (
      <Fact name="First activated">
        <Time at={of.firstActivatedAt} />
      </Fact>
    )}
    {of.firstActivatedAt && (
      <Fact name="Secret key shown">{of.receivedAt ? <Time at={of.receivedAt} /> : "not confirmed by the browser"}</Fact>
    )}
    {of.deactivated && (
      <Fact name="Refused everywhere">{of.refusedEverywhereAt ? <Time at={of.refusedEverywhereAt} /> : "not confirmed"}</Fact>
    )}
    {of.traffic.used && (
      <Fact name="Last used">
        <Time at={of.traffic.used.at} />
        <From source={of.traffic.used.source} />
      </Fact>
    )}
    {of.traffic.refused && (
      <Fact name="Last refused">
        <Time at={of.traffic.refused.at} />
        <WhyRefused refused={of.traffic.refused} />
      </Fact>
    )}
    {of.fingerprint && (
      <Fact name="Fingerprint">
        <span className="address">{of.fingerprint}</span>
      </Fact>
    )}
  </dl>
);

const Line = ({ name, act }: { name: string; act: Act | null }) =>
  act && (
    <Fact name={name}>
      <Time at={act.at} />
      <span className="wrap-anywhere block">by {act.by ?? "an operator"}</span>
      {act.reason && <span className="block">because: {reason(act.reason)}</span>}
    </Fact>
  );

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[104px_minmax(0,1fr)] gap-2 md:grid-cols-[116px_minmax(0,1fr)]">
    <dt className="text-ink-3">{name}</dt>
    <dd className="text-ink-2 tabular-nums">{children}</dd>
  </div>
);
