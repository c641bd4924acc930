import type { Say } from "./say";

/** What people do to their own account, told to every merchant they belong to. */
export const ACCOUNT_WORDS = {
  "password.changed": () => ({ what: "Password changed", detail: ["Every other session was ended"], mark: "lock" }),
  "device.moved": () => ({ what: "2FA moved to a new device", detail: ["Every other session was ended"], mark: "device" }),
  "recovery_codes.made": () => ({ what: "Ten new recovery codes made", detail: ["The old ones no longer work"], mark: "lock" }),
  "recovery_code.used": ({ data }) => ({
    what: "Recovery code used instead of a 2FA code",
    detail: [typeof data.left === "number" ? `${data.left} left` : ""].filter(Boolean),
    mark: "lock",
  }),
  "passkey.added": () => ({ what: "Passkey added", detail: ["It stands in for a 2FA code"], mark: "device" }),
  "passkey.removed": () => ({ what: "Passkey removed", mark: "device" }),
} satisfies Record<string, Say>;
