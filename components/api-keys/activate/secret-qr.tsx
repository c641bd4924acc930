"use client";

import { useState } from "react";
import { QrCode } from "@/components/ui/qr-code";
import { Switch } from "@/components/ui/switch";

/** The secret as a QR code, drawn in the browser only when it is switched on. */
export function SecretQr({ secret, onShown }: { secret: string; onShown(): void }) {
  const [shown, setShown] = useState(false);
  const change = (next: boolean) => {
    setShown(next);
    if (next) onShown();
  };
  return (
    <div className="border-border border-t px-4 py-2 sm:px-5">
      <Switch label="Secret key QR code" checked={shown} onChange={change} />
      {shown && (
        <div className="grid items-center gap-x-5 gap-y-3 pt-2 pb-3 max-sm:justify-items-center sm:grid-cols-[auto_1fr]">
          <QrCode
            text={secret}
            label="Secret key as a QR code"
            className="size-49"
            onDrawn={(drawn) => drawn.scrollIntoView({ block: "center" })}
          />
          <p className="text-muted-foreground text-small">
            Contains the 64 characters of the secret key and nothing else. Scan it with the device that will keep it.
          </p>
        </div>
      )}
    </div>
  );
}
