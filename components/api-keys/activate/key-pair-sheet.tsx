"use client";

import { type ReactNode, useId, useRef } from "react";
import { KeyGroups } from "@/components/key-state/key-groups";
import { CopyButton } from "@/components/ui/copy-button";
import type { KeyFacts } from "../../forms/dialog-host";
import { WavyCut } from "../list/wavy-cut";
import { SecretQr } from "./secret-qr";

/** The sheet that is shown once: the API key above the cut, the secret key below it. */
export function KeyPairSheet({ of, secret }: { of: Pick<KeyFacts, "number" | "key">; secret: string }) {
  const id = useId();
  const shown = useRef<HTMLOutputElement>(null);
  return (
    <div className="overflow-hidden rounded-sheet border border-line">
      <div className="grid grid-cols-[1fr_auto] items-center gap-x-2 bg-sunken px-4 pt-3 pb-2 sm:grid-cols-[1fr_auto_auto] sm:pt-3 sm:pr-3 sm:pb-2.5 sm:pl-5">
        <Name>{of.number}</Name>
        <span data-key="">
          <KeyGroups value={of.key} />
        </span>
        <CopyButton text={of.key} label={`Copy key ${of.number}`} done={`Key ${of.number} copied`} className="-mr-2 max-sm:-my-1 sm:mr-0" />
      </div>
      <WavyCut />
      <div className="flex justify-between gap-x-6 gap-y-5 px-4 pt-2 pb-5 max-sm:flex-col sm:px-5">
        <div className="grid content-start justify-items-start gap-x-2">
          <label htmlFor={id} className="flex min-h-8 items-center font-[620]">
            Secret key
          </label>
          <output ref={shown} id={id} aria-live="off" className="block">
            <KeyGroups value={secret} kind="secret" />
          </output>
          <CopyButton text={secret} label="Copy secret key" done="Secret key copied" from={shown} className="mt-3">
            Copy secret key
          </CopyButton>
        </div>
        <SecretQr secret={secret} />
      </div>
    </div>
  );
}

const Name = ({ children }: { children: ReactNode }) => (
  <p className="flex flex-wrap justify-between gap-x-3 text-small leading-5.5 max-sm:col-span-2 sm:grid">
    <span className="font-label text-label">API key {children}</span>
    <span className="text-ink-3">X-Processing-Key</span>
  </p>
);
