import { CircleHelp, Clock, Fingerprint, Globe, type LucideIcon, TriangleAlert } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { Hint } from "@/lib/merchants/hints";
import type { MerchantId } from "@/lib/platform/ids";
import { Panel } from "./panel";

const icons: Record<Hint["kind"], LucideIcon> = {
  ...{ rise: TriangleAlert, unused: CircleHelp, old: Clock, "any-address": Globe, passkeys: Fingerprint },
};

type Props = { hints: readonly Hint[]; merchantId: MerchantId; number: number | null };

/** What an Owner should check or improve, each with a link to the page for it. */
export const Hints = ({ hints, merchantId, number }: Props) => (
  <Panel title="Worth a look" about="What to check or improve, the most urgent first.">
    {hints.length === 0 ? (
      <p className="px-4 py-3.5 text-muted-foreground sm:px-5">Nothing to do.</p>
    ) : (
      <ul>
        {hints.map((hint) => (
          <Line key={hint.kind} of={hint} href={hrefOf(hint, merchantId, number)} />
        ))}
      </ul>
    )}
  </Panel>
);

function hrefOf({ to }: Hint, merchantId: MerchantId, number: number | null): string {
  const base = `/merchants/${merchantId}`;
  return {
    key: `${base}/api-keys/${number}`,
    integration: `${base}/integration`,
    keys: `${base}/api-keys`,
    team: `${base}/team`,
  }[to];
}

function Line({ of: { kind, at, title, text, button }, href }: { of: Hint; href: string }) {
  const icon = icons[kind];
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 gap-y-2 px-4 py-3.5 not-first:border-border not-first:border-t sm:grid-cols-[16px_minmax(0,1fr)_auto] sm:px-5">
      <Icon of={icon} className={`mt-0.75 ${kind === "rise" ? "text-warning" : "text-subtle-foreground"}`} />
      <div>
        <p className="font-[580]">
          {title}
          {at && (
            <>
              {" "}
              <Time at={at} as="time" />
            </>
          )}
        </p>
        <p className="wrap-anywhere text-muted-foreground text-small">{text}</p>
      </div>
      <Link href={href} className={`${buttonClass({ size: "row" })} max-sm:col-start-2`}>
        {button}
      </Link>
    </li>
  );
}
