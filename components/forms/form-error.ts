import { fieldOf, type Refusal, type RefusalField, describe as sentence } from "@/lib/words/refusals/refusals";
import type { Reply } from "./action-reply";

/** Why a dialog's request failed, where to show it, and what the main button offers instead. */
export type FormError = {
  field: RefusalField | "reason" | "name";
  text: string;
  remedy: "reload" | "log-in" | "retry" | null;
  refusal: Refusal | null;
};

const STALE: Refusal["code"][] = [
  "page_outdated",
  "not_found",
  "key_already_active",
  "key_not_active",
  "key_is_active",
  "key_retired",
  "key_on_standby",
  "key_not_on_standby",
  "rotation_under_way",
  "rotation_over",
  "ticket_conflict",
  "passkeys_not_loaded",
];

export function formErrorOf(reply: Exclude<Reply<unknown>, { ok: true }>, doubt: string): FormError {
  if (reply.ok === "unknown")
    return { field: "form", text: `${doubt} Reload the list before you try again.`, remedy: "reload", refusal: null };
  const { refusal } = reply;
  const remedy = refusal.code === "logged_out" ? "log-in" : STALE.includes(refusal.code) ? "reload" : null;
  return { field: fieldOf(refusal), text: sentence(refusal), remedy, refusal };
}

/** A refusal by the dialog itself, before anything is sent. */
export const clientError = (field: FormError["field"], text: string, refusal: Refusal | null = null): FormError => ({
  field,
  text,
  remedy: null,
  refusal,
});

/** The refusal of a code that was already used. It is not sent. */
export function codeUsedError(at: number): FormError {
  const refusal = { code: "code_used", seconds: Math.ceil((at - Date.now()) / 1000) } as const;
  return clientError("code", sentence(refusal), refusal);
}

export const OFFLINE = {
  lead: "You are offline. Nothing was sent.",
  rest: "Try again when you are back. If the code has changed by then, enter the new one.",
};

export const offline: FormError = {
  field: "form",
  text: `${OFFLINE.lead} ${OFFLINE.rest}`,
  remedy: "retry",
  refusal: null,
};

export const ifIndeterminate = (number: number) => `We do not know whether key ${number} changed.`;
