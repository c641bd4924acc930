"use client";

import { Code } from "@/components/integration/code";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { FINGERPRINT_COMMAND } from "@/lib/api-keys/fingerprint-command";
import type { Frame } from "../key-dialog";

type Props = { frame: Frame; of: { number: number; fingerprint: string } };

/** How to tell whether a secret key somebody has is the one of this key. */
export const FingerprintDialog = ({ frame: { close, end: _end, ...frame }, of: { number, fingerprint } }: Props) => (
  <Dialog {...frame} wide>
    <DialogHead title={`Fingerprint of key ${number}`}>
      Compute it where the secret key is stored. If it is the same, that is the secret key of key {number}.
    </DialogHead>
    <DialogBody>
      <div className="copy-value">
        <code data-key="">{fingerprint}</code>
        <CopyButton text={fingerprint} label={`Copy the fingerprint of key ${number}`} done="Fingerprint copied" />
      </div>
      <Code name="On the server" text={FINGERPRINT_COMMAND} />
      <p className="text-muted-foreground text-small">
        The fingerprint is not a secret: nothing of the secret key can be found from it. You can give it to Support.
      </p>
    </DialogBody>
    <DialogFoot>
      <Button data-verb size="dialog" onClick={close}>
        Close
      </Button>
    </DialogFoot>
  </Dialog>
);
