"use client";

import { QrCode } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { qrPath } from "@/components/ui/qr-path";
import { Switch } from "@/components/ui/switch";

/** The secret as a picture, drawn here in the browser when it is asked for; white in both themes, or cameras do not read it. */
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

function Drawn({ secret }: { secret: string }) {
  const { size, path } = useMemo(() => qrPath(secret), [secret]);
  const drawn = useRef<SVGSVGElement>(null);
  useEffect(() => {
    drawn.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <svg
      ref={drawn}
      role="img"
      aria-label="Secret key as a QR code"
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={`${side} block bg-paper shadow-[0_0_0_1px_var(--line)]`}
    >
      <path d={path} fill="#000" />
    </svg>
  );
}

const NotDrawn = () => (
  <div className={`${side} grid place-items-center border border-line-strong border-dashed text-ink-3 max-sm:hidden`}>
    <QrCode aria-hidden size={24} strokeWidth={1.75} />
  </div>
);
