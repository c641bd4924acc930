"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import type { KeyFacts } from "../../forms/dialog-host";
import { useLeavingWarning } from "../../forms/leaving";
import { useSecret } from "../../forms/secret-lifetime";
import { ActivatedTitle } from "./activated-title";
import { KeyPairSheet } from "./key-pair-sheet";

const HIDDEN = "The secret key is hidden now. It cannot be shown again.";
const LEAVING = "Save the secret key, then press Done to leave.";

type Props = {
  of: Pick<KeyFacts, "number" | "key">;
  given: string;
  /** What was done, where that is no activation; what to do now; and what to do where the secret was not saved. */
  words?: { title: ReactNode; note: ReactNode; lost: ReactNode };
  onShown(): void;
  onDone(): void;
};

/** The one time a secret is shown. `onShown` is called when it stands on the screen; only Done ends it. */
export function Reveal({ of, given, words = wordsOf(of.number), onShown, onDone }: Props) {
  const { secret, wipe } = useSecret(given);
  const button = useRef<HTMLButtonElement>(null);
  const told = useRef(false);
  const left = useRef(false);
  const stayed = useLeavingWarning(secret !== null);

  useEffect(() => {
    if (told.current) return;
    told.current = true;
    requestAnimationFrame(() => requestAnimationFrame(onShown));
  }, [onShown]);

  const say = useAnnounce();
  useEffect(() => {
    if (secret !== null || left.current) return;
    say(HIDDEN);
    if (document.activeElement === document.body) button.current?.focus();
  }, [say, secret]);

  const done = () => {
    left.current = true;
    wipe();
    onDone();
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
          <>
            <Note tone="caution">{words.note}</Note>
            <KeyPairSheet of={of} secret={secret} />
          </>
        )}
      </DialogBody>
      <DialogFoot note={secret && <span role="status">{stayed ? LEAVING : "Hidden after 5 minutes without activity."}</span>}>
        <Button ref={button} variant="primary" size="dialog" onClick={done}>
          Done
        </Button>
      </DialogFoot>
    </>
  );
}

const wordsOf = (number: number): Required<Props>["words"] => ({
  title: <ActivatedTitle />,
  note: (
    <>
      <b className="font-[620]">Displayed only once.</b> <span className="text-ink">Save it now. Do not share it with anyone.</span>
    </>
  ),
  lost: `If you did not save it, deactivate key ${number} with the reason “Secret lost”, then generate a new API key.`,
});
