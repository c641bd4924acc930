import { LOGGED_OUT } from "../logged-out";
import type { Sentences } from "./sentences";

/** Refusals of a request before it is carried out, and of a search of the support desk. */
export type RequestRefusal =
  | { code: "logged_out" }
  | { code: "page_outdated" }
  | { code: "busy" }
  | { code: "not_found" }
  | { code: "foreign_origin" }
  | { code: "invalid_input"; field: string }
  | { code: "not_a_fetch" }
  | { code: "secret_pasted" }
  | { code: "search_too_long" };

export const REQUESTS: Sentences<RequestRefusal> = {
  logged_out: ["form", `${LOGGED_OUT} Log in and try again.`],
  page_outdated: [
    "form",
    "Countersign was updated since this page was loaded, and nothing was changed. Reload the page and try again.",
  ],
  busy: ["form", "Busy. Nothing was changed; try again."],
  not_found: ["form", "You cannot change this. Ask an Owner of the merchant."],
  foreign_origin: [
    "form",
    "This request did not come from Countersign, and nothing was changed. Reload the page and try again.",
  ],
  invalid_input: [
    "form",
    (refusal) => `The ${refusal.field} is not in the expected form. Reload the page and try again.`,
  ],
  not_a_fetch: ["form", "A secret is shown only inside the dialog. Turn on JavaScript, then activate the key again."],
  secret_pasted: [
    "form",
    "That looks like a secret key, so it was not searched for. Search by the API key instead. If a merchant sent you the secret, ask them to deactivate its key.",
  ],
  search_too_long: ["form", "That is longer than any name or email. Search by a part of it."],
};
