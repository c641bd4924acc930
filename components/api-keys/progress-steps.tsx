"use client";

import { useEffect, useState } from "react";
import { Meter } from "@/components/ui/meter";
import { Step, Steps } from "@/components/ui/steps";
import { Time } from "@/components/ui/time";
import { type Progress, type Propagation, progressWords, propagationWords } from "@/lib/api-keys/propagation-words";
import { progressAfter, type WaitProgress } from "./wait-progress";

const WAIT = "Waiting for every gateway to let go of the key";

/** How far the wait has come, from when it began. */
export function useWaitProgress(since: number): WaitProgress {
  const [now, setNow] = useState(since);
  useEffect(() => {
    setNow(Date.now());
    const beat = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(beat);
  }, []);
  return progressAfter(now - since);
}

type RunningProps = { progress: WaitProgress; gateways: Progress | null; recordedAt?: string };

/** `recordedAt` is absent until the server has said that it is recorded. */
export const RunningSteps = ({ progress, gateways, recordedAt }: RunningProps) => (
  <Steps>
    <Step
      progress="done"
      name={recordedAt ? "Deactivation recorded" : "Deactivation sent"}
      at={recordedAt && <Time at={recordedAt} as="seconds" />}
    />
    <Step progress="now" name={WAIT} at={progress.late && `${progress.seconds} s`}>
      {progress.late ? (
        <p className="text-ink-2 text-small">
          Usually about a second. The wait goes on if you close this window; the list then says “Deactivating…”.
        </p>
      ) : (
        <Meter label={WAIT} fraction={progress.percent / 100} />
      )}
      <p role="status" className="mt-1 text-ink-2 text-small empty:hidden">
        {gateways && progressWords(gateways)}
      </p>
    </Step>
    <Step progress="next" name="Refused on every gateway" />
  </Steps>
);

type FinishedProps = { recordedAt?: string | null; refusedAt?: string; propagation?: Propagation | null };

export function FinishedSteps({ recordedAt, refusedAt, propagation }: FinishedProps) {
  const at = refusedAt && <Time at={refusedAt} as="seconds" />;
  return (
    <Steps>
      <Step progress="done" name="Deactivation recorded" at={recordedAt && <Time at={recordedAt} as="seconds" />} />
      <Step progress="done" name="Every gateway let go of the key" at={at}>
        {propagation && <p className="wrap-anywhere text-ink-2 text-small">{propagationWords(propagation)}</p>}
      </Step>
      <Step progress="done" name="Refused on every gateway" at={at} />
    </Steps>
  );
}
