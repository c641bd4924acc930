import type { MailContext } from "@/lib/mail/mail";
import { render } from "@/lib/mail/render";
import { type DataOf, TEMPLATES, type TemplateName } from "@/lib/mail/templates";

const merchantId = "3f0c7d1e-52a1-4f0e-9a55-0d6d3b9f2a10";
const act = { by: "mara@nordwind.example", from: "203.0.113.40" };
const key = { ...act, merchantId, number: 1051 };
const stopped = { ...key, reason: "compromised", forGood: true, wasActive: true };
export const LINK = "https://keys.example.com/first-login?token=4fQmZk81vT0xPbR6uW2s4fQmZk81vT0xPbR6uW2s123";

export const SAMPLES: { [T in TemplateName]: DataOf<T> } = {
  invitation: { merchantId, by: act.by, role: "view", invitationId: merchantId },
  invitation_existing: { merchantId, by: act.by, role: "limits" },
  way_back: { invitationId: merchantId },
  password_changed: act,
  device_changed: { ...act, reset: true },
  disabled: act,
  sessions_ended: { ...act, count: 2 },
  passkey_added: act,
  passkey_removed: act,
  recovery_codes_regenerated: act,
  recovery_code_used: { ...act, left: 7 },
  role_changed: { ...act, merchantId, before: "view", after: "limits" },
  removed: { ...act, merchantId },
  codes_locked: { purpose: "step_up", until: "2026-11-23T14:32:00.000Z" },
  key_generated: key,
  key_activated: { ...key, allowedIps: ["203.0.113.7", "2001:db8:40::/48"] },
  key_deactivated: stopped,
  deactivated_with_password: stopped,
  key_retired: { ...key, reason: "unwanted" },
  key_rotation_started: {
    ...key,
    replaces: 1042,
    takesOver: "first_request",
    allowedIps: ["203.0.113.7"],
    until: "2026-11-30T14:06:03.000Z",
  },
  key_took_over: { ...key, by: "a request signed with key 1051", replaced: 1042, allowedIps: ["203.0.113.7"] },
  key_rotation_cancelled: key,
  key_rotation_expired: { ...key, by: "Countersign", from: null },
  key_ips_changed: { ...key, before: [], after: ["203.0.113.7"] },
  secret_sent: { ...key, source: "203.0.113.7", at: "2026-11-23T14:05:00.000Z" },
};

export const MAIL_CONTEXT: MailContext = {
  at: new Date("2026-11-23T14:06:03Z"),
  merchant: { name: "Nordwind Trading", number: 20417 },
  support: "support@countersign.example",
  invitation: { link: LINK, until: new Date("2026-11-30T14:06:03Z") },
};
/** Every email template. */
export const MAILS = Object.keys(TEMPLATES) as TemplateName[];
export const renderSample = (name: TemplateName, surroundings = MAIL_CONTEXT) =>
  render(name, SAMPLES[name], surroundings);
