import { dashboardEnv } from "../../platform/env";

/**
 * Behind TLS every cookie is Secure and has the `__Host-` prefix, so that no other host and no
 * unencrypted connection can set it. ASVS 5.0: 3.3.1 to 3.3.4.
 */
export function cookieNames() {
  const prefix = behindTls() ? "__Host-" : "";
  return {
    session: `${prefix}countersign-session-token`,
    csrf: `${prefix}countersign-csrf-token`,
    callback: `${prefix}countersign-callback-url`,
    device: `${prefix}countersign-device`,
  };
}

/** `lax`, not `strict`: a link in a mail must open the page logged in. Actions check Origin. */
export const cookieOptions = () => ({ httpOnly: true, sameSite: "lax" as const, path: "/", secure: behindTls() });

export const behindTls = (): boolean => dashboardEnv().PUBLIC_ORIGIN.startsWith("https://");
