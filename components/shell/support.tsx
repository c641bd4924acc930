"use client";

import { createContext, useContext } from "react";
import { buttonClass } from "@/components/ui/button";
import { supportHref } from "./support-href";

const Contact = createContext("");

export const SupportProvider = Contact.Provider;

/** How to reach Support, as the operator wrote it. A link if possible. */
export function SupportContact() {
  const contact = useContext(Contact);
  const href = supportHref(contact);
  return href ? (
    <a href={href} className="wrap-anywhere">
      {contact}
    </a>
  ) : (
    <span className="wrap-anywhere text-foreground">{contact}</span>
  );
}

/** The same as a button, or as text if it cannot be a link. */
export function SupportButton() {
  const contact = useContext(Contact);
  const href = supportHref(contact);
  return href ? (
    <a href={href} className={buttonClass({ size: "page" })}>
      Contact Support
    </a>
  ) : (
    <p className="py-2 text-muted-foreground">Contact Support: {contact}</p>
  );
}
