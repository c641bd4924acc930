import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { KEEP_EARLY_PRESS } from "@/components/shell/early-press";
import { NoScript } from "@/components/shell/no-script";
import { Providers } from "@/components/shell/providers";
import { dashboardEnv } from "@/lib/platform/env";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Countersign", template: "%s · Countersign" },
  robots: { index: false, follow: false },
  formatDetection: { telephone: false, date: false, address: false, email: false },
};

export const viewport: Viewport = { colorScheme: "light dark", interactiveWidget: "resizes-content" };

/**
 * Every page is rendered per request, because the request's headers carry the nonce of its
 * scripts.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection();
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en">
      <body>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant */}
        <script nonce={nonce} dangerouslySetInnerHTML={{ __html: KEEP_EARLY_PRESS }} suppressHydrationWarning />
        <NoScript />
        <Providers nonce={nonce} supportContact={dashboardEnv().SUPPORT_CONTACT}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
