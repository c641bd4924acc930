"use client";

import { Copy } from "lucide-react";
import { useMemo, useRef } from "react";
import { qrPath } from "@/components/api-keys/qr-path";
import { Button, buttonClass } from "@/components/ui/button";
import { copyText } from "@/components/ui/copy-text";
import { KeyGroups } from "@/components/ui/key-groups";
import { toast } from "@/components/ui/toast";

/** What an authenticator app is told: as a QR code, white in both themes or cameras do not read it; as text; on phones as a link first. */
export function Seed({ seed, uri }: { seed: string; uri: string }) {
  const { size, path } = useMemo(() => qrPath(uri), [uri]);
  const text = useRef<HTMLSpanElement>(null);
  const copy = async () =>
    toast((await copyText(seed, text.current ?? document.body)) ? "Key copied" : "Not copied. Select it and copy it by hand.");
  return (
    <div className="grid gap-3.5 sm:grid-cols-[176px_minmax(0,1fr)] sm:items-end">
      <a href={uri} className={`${buttonClass({ size: "wide" })} sm:hidden`}>
        Open the app on this phone
      </a>
      <svg
        role="img"
        aria-label="QR code for your authenticator app"
        viewBox={`0 0 ${size} ${size}`}
        shapeRendering="crispEdges"
        className="block size-44 rounded-[6px] bg-paper shadow-[0_0_0_1px_var(--line)] max-sm:justify-self-center"
      >
        <path d={path} fill="#000" />
      </svg>
      <div className="grid gap-2 sm:justify-items-start">
        <p className="text-ink-2 text-small">Or type this key. It is time based, with six digits.</p>
        <span ref={text} data-seed="">
          <KeyGroups value={seed} />
        </span>
        <Button size="row" className="max-sm:w-full" onClick={() => void copy()}>
          <Copy aria-hidden size={16} strokeWidth={1.75} />
          Copy key
        </Button>
      </div>
    </div>
  );
}
