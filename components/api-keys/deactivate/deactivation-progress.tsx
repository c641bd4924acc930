"use client";

import { Announce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import { lateWords, progressWords } from "@/lib/words/propagation";
import { RunningSteps, useWaitProgress } from "./progress-steps";
import { usePropagation } from "./use-propagation";

type Props = { of: { id: string; number: number }; since: number; recordedAt?: string; onClose(): void };

/**
 * A deactivation in progress. There is no button during the usual wait of about a lease; once
 * the wait is late, the dialog can be closed.
 */
export function DeactivationProgress({ of, since, recordedAt, onClose }: Props) {
  const progress = useWaitProgress(since);
  const gateways = usePropagation(of.id);
  const late = progress.late ? lateWords(gateways) : null;
  return (
    <>
      <DialogHead title={`Deactivating key ${of.number}`}>
        {!late && "Keep this window open. It takes about a second."}
      </DialogHead>
      <DialogBody>
        {late && (
          <Note tone="warning" lead={late.lead}>
            {late.rest}
          </Note>
        )}
        <RunningSteps progress={progress} gateways={gateways} recordedAt={recordedAt} />
        <Announce text={gateways && progressWords(gateways)} />
        <Announce text={late && `${late.lead} ${late.rest}`} />
      </DialogBody>
      {late && (
        <DialogFoot note="After 30 s, contact Support.">
          <Button size="dialog" onClick={onClose}>
            Close
          </Button>
        </DialogFoot>
      )}
    </>
  );
}
