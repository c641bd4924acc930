"use client";

import { useRef } from "react";
import { KeyGroups } from "../key-state/key-groups";
import { buttonClass } from "./button";
import { CopyButton } from "./copy-button";
import { cx } from "./cx";
import { QrCode } from "./qr-code";

/**
 * A TOTP seed as a QR code and as text. On phones, the link to the app on that phone comes first.
 */
export function SeedSheet({ seed, uri }: { seed: string; uri: string }) {
  const text = useRef<HTMLOutputElement>(null);
  return (
    <div className="grid gap-3.5 sm:grid-cols-[176px_minmax(0,1fr)] sm:items-end">
      <a href={uri} className={cx(buttonClass({ size: "wide" }), "sm:hidden")}>
        Open the app on this phone
      </a>
      <QrCode
        text={uri}
        label="Key for the authenticator app as a QR code"
        className="size-44 max-sm:justify-self-center"
      />
      <div className="grid justify-items-start gap-2">
        <p className="text-muted-foreground text-small">Or type this key. It is time based, with six digits.</p>
        <output ref={text} aria-label="Key for the authenticator app" aria-live="off">
          <KeyGroups value={seed} />
        </output>
        <CopyButton text={seed} label="Copy key" done="Key copied" from={text} className="max-sm:w-full">
          Copy key
        </CopyButton>
      </div>
    </div>
  );
}
