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
  const [drawn, setDrawn] = useState<Drawn | "failed" | null>(null);
  const picture = useRef<SVGSVGElement>(null);
  const tell = useRef(onDrawn);
  useEffect(() => {
    let gone = false;
    const draw = () => import("./qr-path").then(({ qrPath }) => qrPath(text));
    void draw().then(
      (path) => gone || setDrawn(path),
      () => gone || setDrawn("failed"),
    );
    return () => {
      gone = true;
    };
  }, [text]);
  useEffect(() => {
    if (drawn && drawn !== "failed" && picture.current) tell.current?.(picture.current);
  }, [drawn]);
  const look = `block rounded-[6px] bg-white shadow-[0_0_0_1px_var(--border)] ${className}`;
  if (!drawn) return <div className={look} />;
  if (drawn === "failed")
    return (
      <p
        role="alert"
        className={`grid place-items-center border border-border bg-sunken p-4 text-center text-small ${className}`}
      >
        The QR code could not be loaded. Use the text instead.
      </p>
    );
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
