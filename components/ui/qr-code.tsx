"use client";

import { useEffect, useRef, useState } from "react";
import type { qrPath } from "./qr-path";

type Drawn = ReturnType<typeof qrPath>;
type Props = { text: string; label: string; className: string; onDrawn?(drawn: SVGSVGElement): void };

/**
 * A QR code, on white in both themes because cameras cannot read it otherwise. The code that draws
 * it is fetched with the first one.
 */
export function QrCode({ text, label, className, onDrawn }: Props) {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const picture = useRef<SVGSVGElement>(null);
  const tell = useRef(onDrawn);
  useEffect(() => {
    let gone = false;
    void import("./qr-path").then(({ qrPath }) => gone || setDrawn(qrPath(text)));
    return () => {
      gone = true;
    };
  }, [text]);
  useEffect(() => {
    if (drawn && picture.current) tell.current?.(picture.current);
  }, [drawn]);
  const look = `block rounded-[6px] bg-white shadow-[0_0_0_1px_var(--border)] ${className}`;
  if (!drawn) return <div className={look} />;
  return (
    <svg
      ref={picture}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${drawn.size} ${drawn.size}`}
      shapeRendering="crispEdges"
      className={look}
    >
      <path d={drawn.path} fill="#000" />
    </svg>
  );
}
