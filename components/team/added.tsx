"use client";

import { useSecret } from "@/components/api-keys/secret-lifetime";
import { Stage } from "@/components/api-keys/stage";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import { ShownOnce } from "@/components/ui/shown-once";
import { Time } from "@/components/ui/time";
import type { Invited } from "@/lib/team/invite";

/** The temporary password, once. Done wipes it, and so do leaving and five minutes without activity. */
export function Added({ email, temporaryPassword, until, onDone }: Invited & { onDone(): void }) {
  const { secret, wipe } = useSecret(temporaryPassword);
  const done = () => {
    wipe();
    onDone();
  };
  return (
    <Stage>
      <DialogHead title={`${email} was added`} />
      <DialogBody>
        <Note tone="caution" lead="Note the temporary password now.">
          It will not be visible again. Pass it on by another way than mail: in person or by phone.
        </Note>
        <ShownOnce
          name="Temporary password"
          value={secret}
          copied="Temporary password copied"
          gone="The temporary password is no longer shown. If nobody noted it, add the user again: that makes a new one and ends this link."
        />
        <p className="text-ink-2">
          The activation link goes to their mail. It works once, until <Time at={until} />. They then set up 2FA and choose their own
          password. Somebody who has an account already logs in with their own, and accepts.
        </p>
      </DialogBody>
      <DialogFoot note="Hidden after 5 minutes without activity.">
        <Button variant="primary" size="dialog" onClick={done}>
          Done
        </Button>
      </DialogFoot>
    </Stage>
  );
}
