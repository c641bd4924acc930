"use client";

import { useEffect, useState } from "react";
import { Meter } from "@/components/ui/meter";
import { Step, Steps } from "@/components/ui/steps";
import { Time } from "@/components/ui/time";
import { type Progress, type Propagation, progressWords, propagationWords } from "@/lib/words/propagation";
import { progressAfter, type WaitProgress } from "./wait-progress";

const RECORDED = "Deactivation recorded";
const WAIT = "Waiting for all gateways";
const REFUSED = "Refused by all gateways";

/** How far the wait has come. `since` is when it began, in milliseconds since 1970. */
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

/** `recordedAt` is absent until the server has confirmed the record. */
export const RunningSteps = ({ progress, gateways, recordedAt }: RunningProps) => (
  <Steps>
    <Step
      progress="done"
      name={recordedAt ? RECORDED : "Deactivation sent"}
      at={recordedAt && <Time at={recordedAt} as="seconds" />}
    />
    <Step progress="now" name={WAIT} at={progress.late && `${progress.seconds} s`}>
      {progress.late ? (
        <p className="text-muted-foreground text-small">
          You can close this window; the list shows “Deactivating…” until it is done.
        </p>
      ) : (
        <Meter label={WAIT} fraction={progress.percent / 100} />
      )}
      {gateways && <p className="mt-1 text-muted-foreground text-small">{progressWords(gateways)}</p>}
    </Step>
    <Step progress="next" name={REFUSED} />
  </Steps>
);

type FinishedProps = {
  /** What was recorded first. */
  first?: string;
  recordedAt?: string | null;
  refusedAt?: string;
  propagation?: Propagation | null;
};

export const FinishedSteps = ({ first = RECORDED, recordedAt, refusedAt, propagation }: FinishedProps) => (
  <Steps>
    <Step progress="done" name={first} at={recordedAt && <Time at={recordedAt} as="seconds" />} />
    <Step progress="done" name={REFUSED} at={refusedAt && <Time at={refusedAt} as="seconds" />}>
      {propagation && <p className="wrap-anywhere text-muted-foreground text-small">{propagationWords(propagation)}</p>}
    </Step>
  </Steps>
);
