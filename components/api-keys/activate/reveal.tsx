"use client";

import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import type { Variables } from "@/lib/words/integration/programs";
import type { KeyFacts } from "../../forms/dialog-host";
import { useLeavingWarning } from "../../forms/use-leaving-warning";
import { useSecret } from "../../forms/use-secret";
import { ActivatedTitle } from "./activated-title";
import { CheckSaved } from "./check-saved";
import { ConfirmLeaving } from "./confirm-leaving";
import { KeyPairSheet } from "./key-pair-sheet";

const HIDDEN = "The secret key is hidden now. It cannot be shown again.";
const LEAVING = "Save the secret key, then press Done to leave.";

type Props = {
  of: Pick<KeyFacts, "number" | "key">;
  given: string;
  /**
   * For a pair that no activation made: the title, what to do now, and what to do if the secret was
   * not saved.
   */
  words?: { title: ReactNode; note: ReactNode; lost: ReactNode };
  variables?: Variables;
  onShown(): void;
  onDone(): void;
};

/**
 * The only time a secret is shown. `onShown` is called once the secret is on the screen; only
 * Done ends it.
 */
export function Reveal({ of, given, words = wordsOf(of.number), variables, onShown, onDone }: Props) {
  const { secret, wipe } = useSecret(given);
  const button = useRef<HTMLButtonElement>(null);
  const shown = useRef<HTMLOutputElement>(null);
  const told = useRef(false);
  const left = useRef(false);
  const stayed = useLeavingWarning(secret !== null);
  const [saved, setSaved] = useState(false);
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    if (told.current) return;
    told.current = true;
    requestAnimationFrame(() => requestAnimationFrame(onShown));
  }, [onShown]);

  const say = useAnnounce();
  useEffect(() => {
    if (secret !== null || left.current) return;
    if (document.activeElement === document.body) button.current?.focus();
    return say(HIDDEN);
  }, [say, secret]);

  const done = () => {
    if (secret !== null && !saved && !asking) return setAsking(true);
    left.current = true;
    wipe();
    onDone();
  };
  const keep = () => {
    setSaved(true);
    if (asking) requestAnimationFrame(() => button.current?.focus());
    setAsking(false);
  };
  return (
    <>
      <DialogHead title={words.title} joint=", " />
      <DialogBody>
        {secret === null ? (
          <Note tone="plain" lead={HIDDEN}>
            {words.lost}
          </Note>
        ) : (
          <Shown note={words.note} of={of} secret={secret} variables={variables} shown={shown} onSaved={keep} />
        )}
      </DialogBody>
      {secret !== null && asking ? (
        <ConfirmLeaving secret={secret} shown={shown} onLeave={done} onCopied={keep} />
      ) : (
        <DialogFoot
          note={secret && <span role="status">{stayed ? LEAVING : "Hidden after 5 minutes without activity."}</span>}
        >
          <Button ref={button} variant="primary" size="dialog" onClick={done}>
            Done
          </Button>
        </DialogFoot>
      )}
    </>
  );
}

type ShownProps = ComponentProps<typeof KeyPairSheet> & { note: ReactNode };

const Shown = ({ note, secret, onSaved, ...rest }: ShownProps) => (
  <>
    <Note tone="warning">{note}</Note>
    <KeyPairSheet {...rest} secret={secret} onSaved={onSaved} />
    <CheckSaved secret={secret} onSaved={onSaved} />
  </>
);

const wordsOf = (number: number): NonNullable<Props["words"]> => ({
  title: <ActivatedTitle />,
  note: (
    <>
      <b className="font-[620]">Displayed only once.</b>{" "}
      <span className="text-foreground">Save it now. Do not share it with anyone.</span>
    </>
  ),
  lost: `If you did not save it, deactivate key ${number} with the reason “Secret lost”, then generate a new API key.`,
});
