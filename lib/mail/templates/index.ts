import * as account from "./account";
import * as keys from "./api-keys";
import { codesLocked } from "./codes";
import { accessReset, invitation, invitationExisting } from "./invitation";
import * as rotation from "./rotation";
import { removed, roleChanged } from "./team";

/** The complete list of mails: pure functions that render a row of the outbox. */
export const TEMPLATES = {
  invitation,
  invitation_existing: invitationExisting,
  way_back: accessReset,
  password_changed: account.passwordChanged,
  device_changed: account.deviceChanged,
  disabled: account.disabled,
  sessions_ended: account.sessionsEnded,
  passkey_added: account.passkeyAdded,
  passkey_removed: account.passkeyRemoved,
  recovery_codes_regenerated: account.recoveryCodesRegenerated,
  recovery_code_used: account.recoveryCodeUsed,
  role_changed: roleChanged,
  removed,
  codes_locked: codesLocked,
  key_generated: keys.keyGenerated,
  key_activated: keys.keyActivated,
  key_deactivated: keys.keyDeactivated,
  deactivated_with_password: keys.deactivatedWithPassword,
  key_retired: keys.keyRetired,
  key_ips_changed: keys.keyIpsChanged,
  secret_sent: keys.secretSent,
  key_rotation_started: rotation.rotationStarted,
  key_took_over: rotation.tookOver,
  key_rotation_cancelled: rotation.rotationCancelled,
  key_rotation_expired: rotation.rotationExpired,
};

export type TemplateName = keyof typeof TEMPLATES;
export type DataOf<T extends TemplateName> = Parameters<(typeof TEMPLATES)[T]>[0];
/** The templates that `notifyOwners` accepts: those about a key of the merchant. */
export type OwnersTemplate = { [T in TemplateName]: DataOf<T> extends keys.KeyAct ? T : never }[TemplateName];
