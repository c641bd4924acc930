import { AllowButton } from "@/components/api-keys/refusals/allow-button";
import { canAllow } from "@/components/api-keys/refusals/refusal-list";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { KeyDetails, KeyState } from "@/lib/api-keys/reads/key";
import type { RefusalRow } from "@/lib/api-keys/reads/refusal-counts";
import { refusedWords, sourceWords } from "@/lib/words/key-usage";
import { KeyPanel } from "./panel";

const SHOWN = 3;

/**
 * Why requests were refused lately. `of` and `here` are null for members who are not Owners: they
 * cannot allow an address, and have no page with all refusals.
 */
export const Refusals = ({
  rows,
  state,
  of,
  here,
}: {
  rows: readonly RefusalRow[];
  state: KeyState["state"];
  of: KeyDetails | null;
  here: string | null;
}) => (
  <div id="refusals">
    <KeyPanel title="Refusals">
      {rows.length === 0 ? (
        <p className="px-4 py-3.5 text-muted-foreground sm:px-5">
          None. A refused request is listed here with its reason and the likely mistake.
        </p>
      ) : (
        <ul>
          {rows.slice(0, here ? SHOWN : 20).map((row) => (
            <Kind key={`${row.reason} ${row.source}`} row={row} state={state} of={of} />
          ))}
        </ul>
      )}
      {here && rows.length > 0 && (
        <p className="border-border border-t px-4 py-2.75 text-label sm:px-5">
          <Link href={`${here}/refusals`}>See all refusals</Link>
        </p>
      )}
    </KeyPanel>
  </div>
);

function Kind({
  row: { reason, source, count, lastAt, mistake, looked },
  state,
  of,
}: {
  row: RefusalRow;
  state: KeyState["state"];
  of: KeyDetails | null;
}) {
  const allow = of !== null && canAllow(reason, source, of);
  const { what, remedy } = refusedWords(reason, mistake, looked, { state, allow });
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 px-4 py-3.25 not-first:border-border not-first:border-t sm:px-5">
      <b className="font-[580]">{what}</b>
      <span className="text-end font-[580] tabular-nums">{count.toLocaleString("en")}</span>
      <span className="text-muted-foreground text-small max-sm:col-span-2">
        From <span className="wrap-anywhere">{sourceWords(source)}</span>. {remedy}
      </span>
      <span className="text-subtle-foreground text-small sm:text-end">
        <Time at={lastAt} as="day" />, <Time at={lastAt} as="time" />
      </span>
      {of && allow && (
        <span className="col-span-full mt-2 grid sm:justify-self-start">
          <AllowButton of={of} address={source} count={count} />
        </span>
      )}
    </li>
  );
}
