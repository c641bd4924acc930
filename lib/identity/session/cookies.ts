import { dashboardEnv } from "../../platform/env";

/** Behind TLS every cookie is Secure and carries the `__Host-` prefix: no other host and no plain connection can set it. ASVS 5.0: 3.3.1 to 3.3.4. */
export function cookieNames() {
  const prefix = behindTls() ? "__Host-" : "";
  return {
    session: `${prefix}countersign-session-token`,
    csrf: `${prefix}countersign-csrf-token`,
    callback: `${prefix}countersign-callback-url`,
    device: `${prefix}countersign-device`,
  };
}

/** `lax`, not `strict`: a link in a mail must find its reader logged in. Actions check the Origin themselves. */
export const cookieOptions = () => ({ httpOnly: true, sameSite: "lax" as const, path: "/", secure: behindTls() });

export const behindTls = (): boolean => dashboardEnv().PUBLIC_ORIGIN.startsWith("https://");
