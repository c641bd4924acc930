"use client";

import { QrCode as Icon } from "lucide-react";
import { useState } from "react";
import { QrCode } from "@/components/ui/qr-code";
import { Switch } from "@/components/ui/switch";

/** The secret as a QR code, drawn in the browser only when it is switched on. */
export function SecretQr({ secret }: { secret: string }) {
  const [shown, setShown] = useState(false);
  return (
    <div className="grid content-start justify-items-start gap-2 border-line max-sm:border-t max-sm:pt-3">
      <Switch label="Secret key QR code" checked={shown} onChange={setShown} />
      {shown ? <Drawn secret={secret} /> : <NotDrawn />}
    </div>
  );
}

const side = "size-49 rounded-[6px] max-sm:justify-self-center";

const Drawn = ({ secret }: { secret: string }) => (
  <QrCode text={secret} label="Secret key as a QR code" className={side} onDrawn={(drawn) => drawn.scrollIntoView({ block: "center" })} />
);

const NotDrawn = () => (
  <div className={`${side} grid place-items-center border border-line-strong border-dashed text-ink-3 max-sm:hidden`}>
    <Icon aria-hidden size={24} strokeWidth={1.75} />
  </div>
);
