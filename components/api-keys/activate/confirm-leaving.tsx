"use client";

import { TriangleAlert } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { Announce } from "@/components/ui/announcer";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { DialogFoot } from "@/components/ui/dialog";
import { Icon } from "@/components/ui/icon";

type Props = { secret: string; shown: RefObject<HTMLOutputElement | null>; onLeave(): void; onCopied(): void };

/** Asked once, in the place of Done: the secret was neither copied, nor scanned, nor checked. */
export function ConfirmLeaving({ secret, shown, onLeave, onCopied }: Props) {
  const foot = useRef<HTMLDivElement>(null);
  useEffect(() => [...(foot.current?.querySelectorAll("button") ?? [])].at(-1)?.focus(), []);
  return (
    <div ref={foot} className="contents rounded-b-[inherit]">
      <Announce text="You have not copied it. It cannot be shown again." />
      <DialogFoot
        note={
          <span className="flex gap-2.5 text-start text-body">
            <Icon of={TriangleAlert} className="mt-0.75 shrink-0 text-warning" />
            <span>
              <b className="block font-[620] text-warning">You have not copied it.</b>
              <span className="text-foreground">It cannot be shown again.</span>
            </span>
          </span>
        }
      >
        <Button size="dialog" onClick={onLeave}>
          Leave anyway
        </Button>
        <CopyButton
          text={secret}
          label="Copy secret key"
          done="Secret key copied"
          from={shown}
          variant="primary"
          size="dialog"
          onCopied={onCopied}
        >
          Copy secret key
        </CopyButton>
      </DialogFoot>
    </div>
  );
}
