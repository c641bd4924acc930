"use client";

import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import { RunningSteps, useWaitProgress } from "./progress-steps";
import { usePropagation } from "./use-propagation";

type Props = { of: { id: string; number: number }; since: number; recordedAt?: string; onClose(): void };

/** A deactivation on its way. While the wait is as long as a lease there is nothing to press; once it is late, it can be closed. */
export function Running({ of, since, recordedAt, onClose }: Props) {
  const progress = useWaitProgress(since);
  const gateways = usePropagation(of.id);
  return (
    <>
      <DialogHead title={`Deactivating key ${of.number}`}>{!progress.late && "Keep this window open. It takes about a second."}</DialogHead>
      <DialogBody>
        <div role="status" className="empty:hidden">
          {progress.late && (
            <Note tone="caution" lead="Still waiting for a gateway.">
              Do not assume the key is refused yet.
            </Note>
          )}
        </div>
        <RunningSteps progress={progress} gateways={gateways} recordedAt={recordedAt} />
      </DialogBody>
      {progress.late && (
        <DialogFoot note="After 30 s, contact Support.">
          <Button size="dialog" onClick={onClose}>
            Close
          </Button>
        </DialogFoot>
      )}
    </>
  );
}
