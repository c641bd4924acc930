"use client";

import { LifeBuoy } from "lucide-react";
import { SupportContact } from "@/components/shell/support";
import { supportHref } from "@/components/shell/support-href";
import { buttonClass } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { useDialogHost } from "../../forms/dialog-host";

/** What to tell Support about a compromised secret, and how to reach them. */
export const ContactSupportNote = () => (
  <Note tone="plain" icon={LifeBuoy}>
    <span className="text-foreground">
      Contact Support now: tell them when you first suspected it and which requests look wrong. Their contact is{" "}
      <SupportContact />.
    </span>
  </Note>
);

export function ContactSupport() {
  const href = supportHref(useDialogHost().support);
  return href ? (
    <a href={href} className={buttonClass({ variant: "primary", size: "dialog" })}>
      Contact Support
    </a>
  ) : null;
}
