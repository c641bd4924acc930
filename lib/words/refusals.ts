import { LOGGED_OUT } from "./logged-out";

/** All refusals, and a sentence for each: what is true, then what to do. Pure: dialogs use it. */
export type Refusal =
  | { code: "logged_out" }
  | { code: "page_outdated" }
  | { code: "busy" }
  | { code: "not_found" }
  | { code: "foreign_origin" }
  | { code: "invalid_input"; field: string }
  | { code: "code_malformed" }
  | { code: "code_wrong" }
  | { code: "code_clock_off" }
  | { code: "code_used"; seconds: number }
  | { code: "codes_busy" }
  | { code: "codes_locked"; until: string }
  | { code: "codes_disabled" }
  | { code: "codes_work" }
  | { code: "recovery_code_wrong" }
  | { code: "too_many_recovery_codes"; seconds: number }
  | { code: "passkey_refused" }
  | { code: "passkey_used" }
  | { code: "passkey_cancelled" }
  | { code: "too_many_passkeys"; limit: number }
  | { code: "passkeys_busy"; seconds: number }
  | { code: "device_move_over" }
  | { code: "password_wrong" }
  | { code: "too_many_passwords"; seconds: number }
  | { code: "passwords_busy" }
  | { code: "another_key_active"; number: number }
  | { code: "deactivation_in_progress"; number: number }
  | { code: "key_already_active"; number: number }
  | { code: "key_not_active"; number: number }
  | { code: "key_is_active"; number: number }
  | { code: "key_retired"; number: number }
  | { code: "key_on_standby"; number: number }
  | { code: "key_not_on_standby"; number: number }
  | { code: "rotation_under_way"; number: number }
  | { code: "rotation_over"; number: number }
  | { code: "take_over_needs_code" }
  | { code: "not_confirmed" }
  | { code: "not_answered" }
  | { code: "ticket_conflict" }
  | { code: "secret_no_longer_held"; number: number }
  | { code: "not_a_fetch" }
  | { code: "secret_pasted" }
  | { code: "secret_typed" }
  | { code: "search_too_long" }
  | { code: "already_member"; emails: readonly string[] }
  | { code: "own_role" }
  | { code: "owner_by_support" }
  | { code: "last_owner" }
  | { code: "already_owner"; email: string }
  | { code: "not_owner"; email: string }
  | { code: "no_such_user"; email: string }
  | { code: "user_disabled"; email: string }
  | { code: "user_not_disabled"; email: string }
  | { code: "never_logged_in"; email: string }
  | { code: "new_password_length"; least: number; most: number }
  | { code: "new_password_common" }
  | { code: "new_password_holds_email" }
  | { code: "new_password_same" }
  | { code: "new_password_differs" }
  | { code: "ip_malformed"; entry: string }
  | { code: "ip_private"; entry: string }
  | { code: "ip_reserved"; entry: string; use: string }
  | { code: "ip_covers_reserved"; entry: string; network: string; use: string | null }
  | { code: "ip_host_bits"; entry: string; network: string; address: string; addresses: number | null }
  | { code: "ip_any"; entry: string; family: 4 | 6 }
  | { code: "ip_backwards"; entry: string }
  | { code: "ip_leading_zeros"; entry: string; meant: string }
  | { code: "ip_zone"; entry: string; meant: string }
  | { code: "ip_name"; entry: string }
  | { code: "ip_too_many"; limit: number };

export type RefusalCode = Refusal["code"];

/** The field of a dialog that shows a refusal; `form` if it belongs to no field. */
export type RefusalField = "code" | "password" | "newPassword" | "confirm" | "recoveryCode" | "email" | "ips" | "form";

export function fieldOf({ code }: Refusal): RefusalField {
  if (code.startsWith("code") || code.startsWith("passkey")) return "code";
  if (code.includes("recovery_code")) return "recoveryCode";
  if (code === "new_password_differs") return "confirm";
  if (code.startsWith("new_password")) return "newPassword";
  if (code.includes("password")) return "password";
  if (code === "already_member") return "email";
  if (code.startsWith("ip_")) return "ips";
  return "form";
}

/** The sentence that a person reads. */
export function describe(refusal: Refusal): string {
  switch (refusal.code) {
    case "logged_out":
      return `${LOGGED_OUT} Log in and try again.`;
    case "page_outdated":
      return "Countersign was updated since this page was loaded, and nothing was changed. Reload the page and try again.";
    case "busy":
      return "Busy. Nothing was changed; try again.";
    case "not_found":
      return "You cannot change this. Ask an Owner of the merchant.";
    case "foreign_origin":
      return "This request did not come from Countersign, and nothing was changed. Reload the page and try again.";
    case "invalid_input":
      return `The ${refusal.field} is not in the expected form. Reload the page and try again.`;
    case "code_malformed":
      return "A 2FA code is six digits. Enter the code your authenticator app shows now.";
    case "code_wrong":
      return "That code did not match. Check it, or enter the next one.";
    case "code_clock_off":
      return "The clock of your phone is off, so its codes do not match. Turn on automatic date and time in its settings, then enter a new code.";
    case "code_used":
      return `You already used this code. Next code in ${refusal.seconds} s.`;
    case "codes_busy":
      return "Several codes are being checked at once. Wait a moment, then enter the code again.";
    case "codes_locked":
      return `Too many codes were wrong. Codes are locked until ${refusal.until.slice(11, 16)} UTC.`;
    case "codes_disabled":
      return "Too many codes were wrong, and your 2FA device is disabled. Contact Support to set it up again.";
    case "codes_work":
      return "Your 2FA codes work. Enter a code instead of the password.";
    case "recovery_code_wrong":
      return "That recovery code did not match. Check it, or use another one.";
    case "too_many_recovery_codes":
      return `Too many recovery codes were wrong. Try again in ${refusal.seconds} s, or contact Support.`;
    case "passkey_refused":
      return "This passkey was not accepted. Use another one, or enter a code.";
    case "passkey_used":
      return "The passkey request expired. Try again.";
    case "passkey_cancelled":
      return "No passkey was used. Try again, or enter a code.";
    case "too_many_passkeys":
      return `An account has at most ${refusal.limit} passkeys. Remove one first.`;
    case "passkeys_busy":
      return `Too many passkey attempts. Try again in ${refusal.seconds} s, or enter a code.`;
    case "device_move_over":
      return "The new device was not confirmed in time, and nothing was changed. Start again.";
    case "password_wrong":
      return "That password did not match. Check it, then try again.";
    case "too_many_passwords":
      return `Too many passwords were wrong. Try again in ${refusal.seconds} s, or contact Support.`;
    case "passwords_busy":
      return "Many passwords are being checked at once. Wait a moment, then try again.";
    case "another_key_active":
      return `Key ${refusal.number} is active. Deactivate it first, then activate this one.`;
    case "deactivation_in_progress":
      return `Key ${refusal.number} is still being deactivated. Wait a few seconds, then activate this one.`;
    case "key_already_active":
      return `Key ${refusal.number} is already active. Reload the list.`;
    case "key_not_active":
      return `Key ${refusal.number} is not active. Reload the list to see its state.`;
    case "key_is_active":
      return `Key ${refusal.number} is active. Deactivate it instead.`;
    case "key_retired":
      return `Key ${refusal.number} is retired permanently. Generate a new API key.`;
    case "key_on_standby":
      return `Key ${refusal.number} is on standby. Take over with it, or cancel the rotation.`;
    case "key_not_on_standby":
      return `Key ${refusal.number} is not on standby. Reload the list to see its state.`;
    case "rotation_under_way":
      return `Key ${refusal.number} is on standby already. Take over with it, or cancel that rotation first.`;
    case "rotation_over":
      return `The rotation ended before key ${refusal.number} took over, and nothing was changed. Reload the list.`;
    case "take_over_needs_code":
      return "Taking over needs a 2FA code or a passkey. With the password you can only deactivate the key.";
    case "not_confirmed":
      return "The database saved this, but no standby confirmed it. It may be lost in a failover, and gateways may still accept what it forbids. Repeat it until it is confirmed; a repeat changes nothing more.";
    case "not_answered":
      return "The database did not answer in time, so we do not know whether the change was saved. Reload to see. Repeat a deactivation, a retirement or a shorter list of addresses until you get an answer; a repeat changes nothing more.";
    case "ticket_conflict":
      return "This activation was already sent with other details, and nothing more was changed. Close the dialog and start again.";
    case "secret_no_longer_held":
      return `The secret key of key ${refusal.number} cannot be shown any more. Deactivate the key, then generate a new API key.`;
    case "not_a_fetch":
      return "A secret is shown only inside the dialog. Turn on JavaScript, then activate the key again.";
    case "secret_pasted":
      return "That looks like a secret key, so it was not searched for. Search by the API key instead. If a merchant sent you the secret, ask them to deactivate its key.";
    case "secret_typed":
      return "That looks like a secret key, so it was not used or stored. Keep it only where your server reads it.";
    case "search_too_long":
      return "That is longer than any name or email. Search by a part of it.";
    case "already_member":
      return refusal.emails.length === 1
        ? `${refusal.emails[0]} already belongs to this merchant. Change their role in the list.`
        : `${listed(refusal.emails)} already belong to this merchant. Change their roles in the list.`;
    case "own_role":
      return "You cannot change your own role. Ask another Owner, or contact Support.";
    case "owner_by_support":
      return "Only Support can give or remove the Owner role. Contact Support.";
    case "already_owner":
      return `${refusal.email} is already an Owner of this merchant.`;
    case "not_owner":
      return `${refusal.email} is not an Owner of this merchant.`;
    case "no_such_user":
      return `No user has the email ${refusal.email}.`;
    case "user_disabled":
      return `${refusal.email} is disabled.`;
    case "user_not_disabled":
      return `${refusal.email} is not disabled.`;
    case "never_logged_in":
      return `${refusal.email} has not completed a first login. Invite them again instead.`;
    case "last_owner":
      return "You are the only Owner, and a merchant always has one. Contact Support to make somebody else an Owner first.";
    case "new_password_length":
      return `Use ${refusal.least} to ${refusal.most} characters.`;
    case "new_password_common":
      return "This password is too common. Use a few unrelated words instead.";
    case "new_password_holds_email":
      return "This password contains your email name. Choose another.";
    case "new_password_same":
      return "This is your current password. Choose another.";
    case "new_password_differs":
      return "The two new passwords are not the same. Enter the new one again.";
    case "ip_malformed":
      return `${refusal.entry} is not an IPv4 or IPv6 address. Correct it or remove it.`;
    case "ip_private":
      return `${refusal.entry} is a private address. Enter the public address your requests come from.`;
    case "ip_reserved":
      return `${refusal.entry} is reserved for ${refusal.use}. Enter the public address your requests come from.`;
    case "ip_covers_reserved":
      return `${refusal.entry} includes ${refusal.use === null ? `the private range ${refusal.network}` : `${refusal.network}, reserved for ${refusal.use}`}. Enter smaller ranges.`;
    case "ip_host_bits":
      return `${refusal.entry} is not a range. Did you mean ${refusal.network}${refusal.addresses === null ? "" : ` (${refusal.addresses.toLocaleString("en-US")} addresses)`} or ${refusal.address}?`;
    case "ip_any":
      return `${refusal.entry} is any IPv${refusal.family} address. To accept any address, leave the list empty.`;
    case "ip_backwards":
      return `${refusal.entry} ends before it begins. Write the lower address first.`;
    case "ip_leading_zeros":
      return `${refusal.entry} has leading zeros, which some programs read as octal numbers. Did you mean ${refusal.meant}?`;
    case "ip_zone":
      return `${refusal.entry} names a network interface. Enter the address alone: ${refusal.meant}.`;
    case "ip_name":
      return `${refusal.entry} is a name, not an address. Enter the addresses that your requests come from.`;
    case "ip_too_many":
      return `A key takes at most ${refusal.limit} addresses. Remove some, or enter a network such as 203.0.113.0/24.`;
  }
}

/** "a, b and c". */
const listed = (words: readonly string[]): string => new Intl.ListFormat("en-GB").format(words);
