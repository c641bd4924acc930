"use client";

import { type RefObject, useId } from "react";
import { KeyGroups } from "@/components/key-state/key-groups";
import { CopyButton } from "@/components/ui/copy-button";
import { VARIABLES, type Variables } from "@/lib/words/integration/programs";
import type { KeyFacts } from "../../forms/dialog-host";
import { WavyCut } from "../list/wavy-cut";
import { SecretQr } from "./secret-qr";

type Props = {
  of: Pick<KeyFacts, "number" | "key">;
  secret: string;
  /** The names under which both are copied. */
  variables?: Variables;
  shown: RefObject<HTMLOutputElement | null>;
  onSaved(): void;
};

/**
 * Shown once: the API key above the cut, the secret key below it. `onSaved` is called for each way
 * of saving it.
 */
export function KeyPairSheet({ of, secret, variables = VARIABLES, shown, onSaved }: Props) {
  const id = useId();
  const both = `${variables.key}=${of.key}\n${variables.secret}=${secret}\n`;
  return (
    <div className="overflow-hidden rounded-card border border-border">
      <div className="grid grid-cols-[1fr_auto] items-center gap-x-2 bg-sunken px-4 pt-3 pb-2 sm:grid-cols-[1fr_auto_auto] sm:pt-3 sm:pr-3 sm:pb-2.5 sm:pl-5">
        <p className="flex flex-wrap justify-between gap-x-3 text-small leading-5.5 max-sm:col-span-2 sm:grid">
          <span className="font-[620]">API key {of.number}</span>
          <span className="text-subtle-foreground">X-Processing-Key</span>
        </p>
        <span data-key="">
          <KeyGroups value={of.key} />
        </span>
        <CopyButton
          text={of.key}
          label={`Copy key ${of.number}`}
          done={`Key ${of.number} copied`}
          className="-mr-2 max-sm:-my-1 sm:mr-0"
        />
      </div>
      <WavyCut />
      <div className="flex justify-between gap-x-6 gap-y-4 px-4 pt-2 pb-5 max-sm:flex-col sm:px-5">
        <div>
          <label htmlFor={id} className="flex min-h-8 items-center font-[620]">
            Secret key
          </label>
          <output ref={shown} id={id} aria-live="off" className="block" onCopy={onSaved}>
            <KeyGroups value={secret} kind="secret" />
          </output>
        </div>
        <div className="grid content-start gap-2 sm:w-50 sm:pt-8.5">
          <CopyButton
            text={secret}
            label="Copy secret key"
            done="Secret key copied"
            from={shown}
            onCopied={onSaved}
            className="w-full justify-start!"
          >
            Copy secret key
          </CopyButton>
          <CopyButton
            text={both}
            label="Copy both as .env"
            done="Key and secret key copied as .env lines"
            from={shown}
            onCopied={onSaved}
            className="w-full justify-start!"
          >
            Copy both as .env
          </CopyButton>
        </div>
      </div>
      <SecretQr secret={secret} onShown={onSaved} />
    </div>
  );
}
