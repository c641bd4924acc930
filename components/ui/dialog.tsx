"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** False: Escape and a click outside do nothing; only a button of its own closes it. */
  dismissable?: boolean;
  /** The reveal's width, 584 instead of 480. */
  wide?: boolean;
  initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
  finalFocus?: ComponentProps<typeof Base.Popup>["finalFocus"];
  children: ReactNode;
};

/** A modal dialog; on phones a bottom sheet whose footer stays in sight. Made of DialogHead, DialogBody and DialogFoot. */
export function Dialog({ open, onOpenChange, dismissable = true, wide, initialFocus, finalFocus, children }: Props) {
  const change = (next: boolean, details: Base.Root.ChangeEventDetails) => {
    if (!dismissable && (details.reason === "escape-key" || details.reason === "outside-press")) return details.cancel();
    onOpenChange(next);
  };
  return (
    <Base.Root open={open} onOpenChange={change} disablePointerDismissal={!dismissable}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-scrim transition-opacity duration-(--slow) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-30 grid items-end-safe overflow-auto max-sm:scroll-pb-36 sm:place-items-center-safe sm:p-6">
          <Base.Popup
            initialFocus={initialFocus}
            finalFocus={finalFocus}
            className={cx(
              "w-full rounded-t-dialog bg-raised shadow-dialog outline-none transition-[opacity,translate] duration-(--slow) data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:rounded-b-dialog",
              wide ? "sm:max-w-146" : "sm:max-w-120",
            )}
          >
            {children}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** The title, and under it one sentence of consequence. */
export const DialogHead = ({ title, children }: { title: ReactNode; children?: ReactNode }) => (
  <div className="px-4 pt-5 sm:px-6 sm:pt-6">
    <Base.Title className="t-title">{title}</Base.Title>
    {children && <Base.Description className="mt-1.5 text-ink-2">{children}</Base.Description>}
  </div>
);

export const DialogBody = ({ children }: { children: ReactNode }) => (
  <div className="grid gap-5 px-4 pt-4 pb-5 sm:px-6 sm:pt-5 sm:pb-6">{children}</div>
);

/** Cancel, then the verb. Text before them stands left, above them on phones. */
export const DialogFoot = ({ note, children }: { note?: ReactNode; children: ReactNode }) => (
  <div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2 rounded-b-[inherit] border-line border-t bg-raised px-4 pt-3 pb-4 sm:static sm:px-6 sm:py-4">
    {note && <p className="basis-full text-center text-ink-3 text-small sm:mr-auto sm:basis-auto sm:text-start">{note}</p>}
    {children}
  </div>
);
