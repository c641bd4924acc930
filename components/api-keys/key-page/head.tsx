import type { ReactNode } from "react";
import { Stamp } from "@/components/key-state/stamp";
import { Time } from "@/components/ui/time";
import type { KeyDetails, KeyState } from "@/lib/api-keys/reads/key";
import type { KeyUsage } from "@/lib/api-keys/reads/usage";
import { reason } from "@/lib/words/audit/keys";
import { sourceWords } from "@/lib/words/key-usage";
import { KeyActions } from "./actions";
import { NoteButton } from "./note-button";

type Props = {
  state: KeyState;
  /** For Owners, who can act. */
  of: KeyDetails | null;
  alarmed: boolean;
  used: KeyUsage["used"];
  heading?: "h1" | "h2";
};

/** Which key it is, what is true of it now, and what its Owners can do with it. */
export const KeyHead = ({ state, of, alarmed, used, heading: Heading = "h1" }: Props) => (
  <div id={`key-${state.number}`} className="mb-5 flex items-start justify-between gap-x-8 gap-y-4 max-sm:flex-col">
    <div className="min-w-0 flex-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Heading tabIndex={-1} className="type-title tabular-nums">
          Key {state.number}
        </Heading>
        <Stamp state={state.state} />
        {state.note && <span className="wrap-anywhere text-muted-foreground">{state.note}</span>}
        {of && <NoteButton of={of} />}
      </div>
      <p className="mt-1.5 text-muted-foreground [&_b]:font-[600] [&_b]:text-foreground">
        <Sentence state={state} used={used} />
      </p>
    </div>
    {of && <KeyActions of={of} alarmed={alarmed} />}
  </div>
);

const DAY_MS = 24 * 60 * 60 * 1_000;

function Sentence({ state, used }: Pick<Props, "state" | "used">): ReactNode {
  const { generatedAt, activatedAt, deactivatedAt, retiredAt } = state;
  switch (state.state) {
    case "generated":
      return (
        <>
          <b>
            Generated <Time at={generatedAt} />.
          </b>{" "}
          Requests signed with it are refused until an Owner activates it.
        </>
      );
    case "standby":
      return (
        <>
          <b>
            On standby since <Time at={generatedAt} />.
          </b>{" "}
          {state.takesOver === "manual"
            ? "It takes over when an Owner says so"
            : "It takes over with its first signed request"}
          , until {state.standbyUntil && <Time at={state.standbyUntil} />}.
        </>
      );
    case "active":
      return (
        <>
          <b>Active since {activatedAt && <Time at={activatedAt} />}.</b> <LastUse used={used} /> {age(activatedAt)}
        </>
      );
    case "deactivating":
      return (
        <>
          <b>Being deactivated since {deactivatedAt && <Time at={deactivatedAt} as="seconds" />}.</b> It may still work:
          not all gateways have confirmed.
        </>
      );
    case "inactive":
      if (!deactivatedAt && state.standbyUntil) {
        return (
          <>
            <b>
              Inactive since <Time at={state.standbyUntil} />
            </b>
            : it did not take over within 7 days. Nothing changed for the active key.
          </>
        );
      }
      return (
        <>
          <b>Inactive since {deactivatedAt && <Time at={deactivatedAt} />}</b>: {reason(state.reason)}. Every request
          signed with it is refused by all gateways.
        </>
      );
    case "retired":
      return (
        <>
          <b>Retired {retiredAt && <Time at={retiredAt} />}</b>: {reason(state.reason)}. Nobody can activate it again,
          not even Support.
        </>
      );
  }
}

const LastUse = ({ used }: Pick<Props, "used">) =>
  used ? (
    <>
      The last accepted request came <Time at={used.at} /> from{" "}
      <span className="wrap-anywhere">{sourceWords(used.source)}</span>.
    </>
  ) : (
    "No request was accepted yet."
  );

function age(activatedAt: string | null): string {
  const days = activatedAt ? Math.floor((Date.now() - Date.parse(activatedAt)) / DAY_MS) : 0;
  if (days < 1) return "";
  return days === 1 ? "It is 1 day old." : `It is ${days} days old.`;
}
