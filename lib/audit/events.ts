/** Everything that is ever recorded, and nothing else. */
export const EVENTS = [
  "session.began",
  "session.ended",
  "login.refused",
  "code.locked",
  "code.disabled",
  "password.accepted_for_code",
  "password.refused_for_code",
  "api_key.generated",
  "api_key.activated",
  "api_key.secret_delivered",
  "api_key.secret_received",
  "api_key.ips_changed",
  "api_key.deactivated",
  "api_key.refused_everywhere",
  "api_key.retired",
  "team.invited",
  "team.joined",
  "team.role_changed",
  "team.removed",
  "device.enrolled",
  "support.looked",
] as const;

export type AuditEvent = (typeof EVENTS)[number];
