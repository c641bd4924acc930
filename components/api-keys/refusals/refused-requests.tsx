import { ArrowLeft } from "lucide-react";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Pills } from "@/components/ui/pills";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import { PERIODS, type Period } from "@/lib/api-keys/reads/periods";
import type { Refusals } from "@/lib/api-keys/reads/refusal-counts";
import { isInGroup, REFUSAL_GROUPS, type RefusalGroup } from "@/lib/api-keys/reads/refusal-groups";
import type { SentSecret } from "@/lib/api-keys/reads/sent-secrets";
import type { Reader } from "@/lib/words/key-usage";
import { triesWords } from "@/lib/words/rotation";
import { SecretSent } from "../secret-sent";
import { RefusalList } from "./refusal-list";

type Props = {
  of: KeyDetails;
  refusals: Refusals;
  sent: SentSecret[];
  /** The path of the key's page. */
  keyPage: string;
  period: Period;
  group: RefusalGroup;
  reader: Reader;
  heading?: "h1" | "h2";
};

/** All refused requests of a key in a period, for its Owners and for Support. */
export function RefusedRequests({
  of,
  refusals,
  sent,
  keyPage,
  period,
  group,
  reader,
  heading: Heading = "h1",
}: Props) {
  const { rows, more, refused, tries } = refusals;
  const shown = rows.filter(({ reason }) => isInGroup(group, reason));
  return (
    <>
      <p className="mb-3 text-label">
        <Link href={keyPage} className="inline-flex items-center gap-2">
          <Icon of={ArrowLeft} />
          Key {of.number}
        </Link>
      </p>
      <SecretSent readOnly={reader === "support"} keys={sent} />
      <Heading tabIndex={-1} className="type-title">
        Refused requests of key {of.number}
      </Heading>
      <p className="mt-1.5 mb-5 text-muted-foreground">
        {refused === 0 ? "None" : refused.toLocaleString("en")} in the last {PERIODS[period].name}
        {tries > 0 && `, besides ${triesWords(tries)}`}.
      </p>
      <div className="mb-4 flex flex-wrap justify-between gap-3">
        <Pills
          label="Reason"
          pills={(Object.keys(REFUSAL_GROUPS) as RefusalGroup[]).map((each) => ({
            name: REFUSAL_GROUPS[each].name,
            href: `${keyPage}/refusals?period=${period}&reason=${each}`,
            current: each === group,
          }))}
        />
        <Pills
          label="Period"
          pills={(Object.keys(PERIODS) as Period[]).map((each) => ({
            name: PERIODS[each].name,
            href: `${keyPage}/refusals?period=${each}&reason=${group}`,
            current: each === period,
          }))}
        />
      </div>
      {shown.length > 0 && <RefusalList rows={shown} more={more} of={of} reader={reader} />}
      {shown.length === 0 && rows.length > 0 && <p className="text-muted-foreground">None for this reason.</p>}
    </>
  );
}
