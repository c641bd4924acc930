"use client";

import { DialogStage } from "@/components/forms/dialog-stage";
import { useSecret } from "@/components/forms/use-secret";
import { Button } from "@/components/ui/button";
import { DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import { ShownOnce } from "@/components/ui/shown-once";
import { Time } from "@/components/ui/time";
import type { Added as AddedUsers } from "@/lib/merchants/team/invite";
import { describe as sentence } from "@/lib/words/refusals/refusals";

/**
 * Shows the temporary passwords once. Done, leaving, or five minutes without activity wipes them.
 */
export function Added({ invited, members, onDone }: AddedUsers & { onDone(): void }) {
  const { secret, wipe } = useSecret(invited.map(({ temporaryPassword }) => temporaryPassword).join(" "));
  const done = () => {
    wipe();
    onDone();
  };
  const [only, ...others] = invited;
  const several = others.length > 0;
  return (
    <DialogStage>
      <DialogHead title={several ? `${invited.length} users were added` : `${only?.email} was added`} joint=", " />
      <DialogBody>
        {members.length > 0 && (
          <Note tone="danger" lead="Not everybody was added.">
            <span className="wrap-anywhere">{sentence({ code: "already_member", emails: members })}</span>
          </Note>
        )}
        <Note tone="warning" lead={several ? "Save the temporary passwords now." : "Save the temporary password now."}>
          You cannot see {several ? "them" : "it"} again. Share {several ? "each" : "it"} in person or by phone, not by
          email.
        </Note>
        <Passwords invited={invited} secret={secret} />
        <p className="text-muted-foreground">
          We email {several ? "each of them a link that works" : "them a link. It works"} once, until{" "}
          <Time at={only?.until ?? ""} />. They then set up 2FA and choose their own password. If they already have an
          account, they log in as usual and accept.
        </p>
      </DialogBody>
      <DialogFoot note="Hidden after 5 minutes of inactivity.">
        <Button variant="primary" size="dialog" onClick={done}>
          Done
        </Button>
      </DialogFoot>
    </DialogStage>
  );
}

function Passwords({ invited, secret }: Pick<AddedUsers, "invited"> & { secret: string | null }) {
  if (secret === null) {
    return (
      <p className="text-muted-foreground">
        {invited.length > 1
          ? "The temporary passwords are hidden now. If somebody's was not saved, add them again: they get a new password and a new link."
          : "The temporary password is hidden now. If it was not saved, add the user again: they get a new password and a new link."}
      </p>
    );
  }
  const passwords = secret.split(" ");
  return (
    <div className="grid gap-3">
      {invited.map(({ email }, index) => (
        <ShownOnce
          key={email}
          name={invited.length > 1 ? `Temporary password of ${email}` : "Temporary password"}
          value={passwords[index] ?? null}
          copied={`Temporary password of ${email} copied`}
          gone={null}
        />
      ))}
    </div>
  );
}
