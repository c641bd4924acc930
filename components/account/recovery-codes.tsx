"use client";

import { Download } from "lucide-react";
import { useRef } from "react";
import { DialogStage } from "@/components/forms/dialog-stage";
import { useSecret } from "@/components/forms/use-secret";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/note";
import { CodeList } from "./code-list";

type Props = { codes: string[]; replaced: number; onDone(): void };

/** Shows the ten codes once. Done, leaving, or five minutes without activity wipes them. */
export function RecoveryCodes({ codes, replaced, onDone }: Props) {
  const { secret, wipe } = useSecret(codes.join("\n"));
  const list = useRef<HTMLOListElement>(null);
  const done = () => {
    wipe();
    onDone();
  };
  return (
    <DialogStage>
      <DialogHead title="Your recovery codes" />
      <DialogBody>
        {secret === null ? (
          <Note tone="plain" lead="The codes are hidden and cannot be shown again.">
            If you did not save them, make new ones.
          </Note>
        ) : (
          <>
            <Note tone="warning" lead="Save these codes now.">
              They are shown only once.{stopped(replaced)}
            </Note>
            <CodeList codes={secret.split("\n")} ref={list} />
            <div className="grid gap-2 sm:grid-cols-2">
              <CopyButton text={secret} label="Copy all" done="Recovery codes copied" from={list} className="sm:w-full">
                Copy all
              </CopyButton>
              <Button size="page" className="sm:w-full" onClick={() => save(secret)}>
                <Icon of={Download} />
                Save as a text file
              </Button>
            </div>
          </>
        )}
      </DialogBody>
      <DialogFoot note={secret && "Hidden after 5 minutes without activity."}>
        <Button variant="primary" size="dialog" onClick={done}>
          Done
        </Button>
      </DialogFoot>
    </DialogStage>
  );
}

const stopped = (replaced: number) =>
  replaced === 0
    ? ""
    : replaced === 1
      ? " The code you had before stopped working."
      : ` The ${replaced} codes you had before stopped working.`;

/** Creates the file in this browser: no request carries the codes again. */
function save(codes: string) {
  const url = URL.createObjectURL(
    new Blob([`Countersign recovery codes\nEach works once.\n\n${codes}\n`], { type: "text/plain" }),
  );
  const link = Object.assign(document.createElement("a"), { href: url, download: "countersign-recovery-codes.txt" });
  link.click();
  URL.revokeObjectURL(url);
}
