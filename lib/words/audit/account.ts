import type { Describe } from "../../audit/describe";

/** What people do to their own account; shown at every merchant they belong to. */
export const ACCOUNT_WORDS = {
  "password.changed": () => ({ what: "Password changed", detail: ["All other sessions were ended"], icon: "lock" }),
  "device.moved": () => ({
    what: "2FA moved to a new device",
    detail: ["All other sessions were ended"],
    icon: "device",
  }),
  "recovery_codes.made": () => ({
    what: "Ten new recovery codes created",
    detail: ["The old ones no longer work"],
    icon: "lock",
  }),
  "recovery_code.used": ({ data }) => ({
    what: "Recovery code used instead of a 2FA code",
    detail: [typeof data.left === "number" ? `${data.left} left` : ""].filter(Boolean),
    icon: "lock",
  }),
  "passkey.added": () => ({
    what: "Passkey added",
    detail: ["It can be used wherever a 2FA code is asked for"],
    icon: "device",
  }),
  "passkey.removed": () => ({ what: "Passkey removed", icon: "device" }),
} satisfies Record<string, Describe>;
