import type { Sentences } from "./sentences";

/** Refusals that are about a password. */
export type PasswordRefusal =
  | { code: "password_wrong" }
  | { code: "too_many_passwords"; seconds: number }
  | { code: "passwords_busy" }
  | { code: "new_password_length"; least: number; most: number }
  | { code: "new_password_common" }
  | { code: "new_password_contains_email" }
  | { code: "new_password_same" }
  | { code: "new_password_differs" };

export const PASSWORDS: Sentences<PasswordRefusal> = {
  password_wrong: ["password", "That password did not match. Check it, then try again."],
  too_many_passwords: [
    "password",
    (refusal) => `Too many passwords were wrong. Try again in ${refusal.seconds} s, or contact Support.`,
  ],
  passwords_busy: ["password", "Many passwords are being checked at once. Wait a moment, then try again."],
  new_password_length: ["newPassword", (refusal) => `Use ${refusal.least} to ${refusal.most} characters.`],
  new_password_common: ["newPassword", "This password is too common. Use a few unrelated words instead."],
  new_password_contains_email: ["newPassword", "This password contains your email name. Choose another."],
  new_password_same: ["newPassword", "This is your current password. Choose another."],
  new_password_differs: ["confirm", "The two new passwords are not the same. Enter the new one again."],
};
