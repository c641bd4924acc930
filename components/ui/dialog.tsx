"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { type ComponentProps, type MouseEvent, type ReactNode, useContext, useRef } from "react";
import { Announcer } from "./announcer";
import { Breakable } from "./breakable";
import { cx } from "./cx";
import { Subject } from "./dialog-subject";

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  /** If false, Escape and a click outside do nothing; only a button in the dialog closes it. */
  dismissable?: boolean;
  /** The width of the dialog that shows a secret: 584 px instead of 480. */
  wide?: boolean;
  initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
  finalFocus?: ComponentProps<typeof Base.Popup>["finalFocus"];
  children: ReactNode;
};

/**
 * A modal dialog with a status region; on phones a bottom sheet whose footer stays visible. It
 * consists of DialogHead, DialogBody and DialogFoot. The initial focus is on its first field, or
 * on its main button.
 */
export function Dialog({ open, onOpenChange, dismissable = true, wide, initialFocus, finalFocus, children }: Props) {
  const popup = useRef<HTMLDivElement>(null);
  const change = (next: boolean, details: Base.Root.ChangeEventDetails) => {
    // The "Still there?" question is open above. Its clicks and keys are not meant for this
    // dialog.
    if (document.querySelector("dialog[open]")) return details.cancel();
    if (!dismissable && (details.reason === "escape-key" || details.reason === "outside-press"))
      return details.cancel();
    onOpenChange(next);
  };
  const first = () => {
    const verb = popup.current?.querySelector<HTMLElement>("[data-verb]");
    return popup.current?.querySelector("input") || !verb ? true : verb;
  };
  return (
    <Base.Root open={open} onOpenChange={change} disablePointerDismissal={!dismissable}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-overlay transition-opacity duration-(--duration-slow) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-30 grid items-end-safe overflow-auto max-sm:scroll-pb-36 sm:place-items-center-safe sm:p-6">
          <Base.Popup
            ref={popup}
            initialFocus={initialFocus ?? first}
            finalFocus={finalFocus}
            onClick={showWhole}
            className={cx(
              "w-full rounded-t-dialog bg-raised shadow-dialog outline-none transition-[opacity,translate] duration-(--duration-slow) data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:rounded-b-dialog",
              wide ? "sm:max-w-146" : "sm:max-w-120",
            )}
          >
            <Announcer>{children}</Announcer>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/**
 * A press on the part of a field that is visible focuses it where it is, and half of it can be
 * under the footer. Any other way of focusing scrolls.
 */
function showWhole({ target }: MouseEvent) {
  if ((target as Element).matches("input, textarea")) (target as Element).scrollIntoView({ block: "nearest" });
}

export type SubjectJoiner = " of " | " to " | " at " | " from " | ", ";

type HeadProps = {
  title: ReactNode;
  /** Joins the title and its subject when both are read aloud. */
  joint?: SubjectJoiner;
  children?: ReactNode;
};

/**
 * The title, its subject, and one sentence about the consequence. The title takes the focus when
 * it replaces another one.
 */
export function DialogHead({ title, joint = " of ", children }: HeadProps) {
  const subject = useContext(Subject);
  return (
    <div data-head="" className="px-4 pt-5 sm:px-6 sm:pt-6">
      <Base.Title tabIndex={-1} className="type-title">
        {typeof title === "string" && title.includes("@") ? <Breakable text={title} /> : title}
        {subject && (
          <>
            <span className="sr-only">{joint}</span>
            <span className="mt-0.75 flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-muted-foreground text-label leading-5.5 tracking-normal">
              {subject}
            </span>
          </>
        )}
      </Base.Title>
      {children && (
        <Base.Description className={cx("text-muted-foreground", subject ? "mt-2" : "mt-1.5")}>
          {children}
        </Base.Description>
      )}
    </div>
  );
}

export const DialogBody = ({ children }: { children: ReactNode }) => (
  <div className="grid gap-5 px-4 pt-4 pb-5 sm:px-6 sm:pt-5 sm:pb-6">{children}</div>
);

/**
 * Cancel, then the main button. The note is on their left; on phones above them. In a low window
 * the footer does not stick, because it would cover the fields.
 */
export const DialogFoot = ({ note, children }: { note?: ReactNode; children: ReactNode }) => (
  <div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2 rounded-b-[inherit] border-border border-t bg-raised px-4 pt-3 pb-4 sm:static sm:px-6 sm:py-4 [@media(max-height:30rem)]:static">
    {note && (
      <p className="basis-full text-center text-subtle-foreground text-small sm:mr-auto sm:basis-auto sm:text-start">
        {note}
      </p>
    )}
    {children}
  </div>
);
