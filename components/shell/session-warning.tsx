"use client";

import { useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Button } from "@/components/ui/button";
import { useSessionLeft, type Warning } from "./use-session-left";

/** Asks two minutes before the session ends whether the user is still there. */
export function SessionWarning() {
  const { warning, stay } = useSessionLeft();
  const [seen, setSeen] = useState(false);
  if (!warning || (!warning.stays && seen)) return null;
  return createPortal(
    <Question warning={warning} onAnswer={warning.stays ? stay : () => setSeen(true)} />,
    document.body,
  );
}

/** A native dialog in the top layer: another dialog can be open below and stays as it is. */
function Question({ warning: { endsAt, stays }, onAnswer }: { warning: Warning; onAnswer(): void }) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const seconds = useSecondsUntil(endsAt);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onCancel={(event) => {
        event.preventDefault();
        onAnswer();
      }}
      className="m-auto w-full max-w-120 rounded-dialog bg-raised text-foreground shadow-dialog backdrop:bg-overlay max-sm:mb-0 max-sm:max-w-none max-sm:rounded-b-none"
    >
      <div className="px-4 pt-5 pb-5 sm:px-6 sm:pt-6">
        <h2 id={`${id}-title`} className="type-title">
          {stays ? "Still there?" : "Your login ends soon"}
        </h2>
        <p id={`${id}-text`} className="mt-1.5 text-muted-foreground">
          {!stays && "Logins last 12 hours at most. "}You will be logged out in{" "}
          <b className="font-[620] text-foreground tabular-nums">{clock(seconds)}</b>. Unsaved input will be discarded.
        </p>
      </div>
      <div role="status" className="sr-only">
        {SPOKEN.includes(seconds) && `You will be logged out in ${seconds} seconds.`}
      </div>
      <div className="flex justify-end border-border border-t px-4 pt-3 pb-4 sm:px-6 sm:py-4">
        <Button variant="primary" size="dialog" onClick={onAnswer}>
          {stays ? "Stay logged in" : "OK"}
        </Button>
      </div>
    </dialog>
  );
}

/** Announced at these seconds only. */
const SPOKEN = [60, 30, 10];

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function useSecondsUntil(moment: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const beat = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(beat);
  }, []);
  return Math.max(0, Math.ceil((moment - now) / 1_000));
}
