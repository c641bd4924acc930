import { AllowButton } from "@/components/api-keys/refusals/allow-button";
import { canAllow } from "@/components/api-keys/refusals/refusal-list";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { KeyDetails, KeyState } from "@/lib/api-keys/reads/key";
import type { RefusalRow } from "@/lib/api-keys/reads/refusal-counts";
import { type Reader, refusedWords, sourceWords } from "@/lib/words/key-usage";
import { KeyPanel } from "./panel";

const SHOWN = 3;

/**
 * Why requests were refused lately. `of` is null for everybody but Owners: they cannot allow an
 * address. `here` is null for members who are not Owners: they have no page with all refusals.
 */
export const Refusals = ({
  rows,
  state,
  of,
  here,
  reader,
}: {
  rows: readonly RefusalRow[];
  state: KeyState["state"];
  of: KeyDetails | null;
  here: string | null;
  reader: Reader;
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
            <Kind key={`${row.reason} ${row.source}`} row={row} state={state} of={of} reader={reader} />
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

/** Requests that were accepted although they carried the key's secret. They are no refusals. */
export const SecretAccepted = ({
  rows,
  state,
  reader,
}: {
  rows: readonly RefusalRow[];
  state: KeyState["state"];
  reader: Reader;
}) =>
  rows.length > 0 && (
    <KeyPanel title="Secret key in accepted requests">
      <ul>
        {rows.map((row) => (
          <Kind key={row.source} row={row} state={state} of={null} reader={reader} />
        ))}
      </ul>
    </KeyPanel>
  );

function Kind({
  row: { reason, source, count, lastAt, mistake, looked },
  state,
  of,
  reader,
}: {
  row: RefusalRow;
  state: KeyState["state"];
  of: KeyDetails | null;
  reader: Reader;
}) {
  const allow = of !== null && canAllow(reason, source, of);
  const { what, remedy } = refusedWords(reason, mistake, looked, { state, allow, reader });
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
