export type Setting = { nonce: string; tls: boolean; development: boolean };

/**
 * The headers of every response: scripts and styles need the nonce, nothing loads from other
 * origins, and no page can be framed. ASVS 5.0: 3.4.1, 3.4.3 to 3.4.6.
 */
export function responseHeaders(setting: Setting): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(setting),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ...(setting.tls && { "Strict-Transport-Security": "max-age=63072000; includeSubDomains" }),
  };
}

/**
 * `style-src-attr`: the dialog library positions its popovers with style attributes. Development
 * also allows what hot reload needs.
 */
export function contentSecurityPolicy({ nonce, development }: Omit<Setting, "tls">): string {
  const dev = (source: string) => (development ? ` ${source}` : "");
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev("'unsafe-eval'")}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev("ws:")}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
