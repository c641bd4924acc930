"use client";

import { useState } from "react";
import { acceptInvitation } from "@/app/(dashboard)/merchants/actions";
import { callAction } from "@/components/forms/action-reply";
import { formErrorOf } from "@/components/forms/form-error";
import { Button } from "@/components/ui/button";
import { Refusal } from "@/components/ui/refusal";
import { Time } from "@/components/ui/time";
import { roleLabel } from "@/lib/access/roles";
import type { OpenInvitation } from "@/lib/merchants/team/queries";
import { Panel } from "./panel";

/** Merchants that the user was invited to. Nothing changes until the user accepts. */
export const Invitations = ({ invitations }: { invitations: OpenInvitation[] }) => (
  <div className="mb-8">
    <Panel title="Invitations" about="Nothing changes until you accept.">
      <ul>
        {invitations.map((invitation) => (
          <Invitation key={invitation.id} {...invitation} />
        ))}
      </ul>
    </Panel>
  </div>
);

function Invitation({ id, merchant, number, role, by, until }: OpenInvitation) {
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const accept = async () => {
    setWaiting(true);
    setRefusal(null);
    const reply = await callAction(acceptInvitation({ invitationId: id }));
    if (reply.ok === true) return location.assign(`/merchants/${reply.value.merchantId}`);
    setWaiting(false);
    setRefusal(formErrorOf(reply, `We do not know whether you joined ${merchant}.`).text);
  };
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-border px-4 py-3.5 not-first:border-t sm:px-5">
      <div className="min-w-0">
        <p className="wrap-anywhere font-[600]">{merchant}</p>
        <p className="text-subtle-foreground text-small tabular-nums">
          Merchant {number}, as {roleLabel(role)}, from {by ?? "Support"}; open until <Time at={until} />
        </p>
        <div role="status">{refusal && <Refusal>{refusal}</Refusal>}</div>
      </div>
      <Button
        size="page"
        aria-label={`Accept the invitation to ${merchant}`}
        waiting={waiting}
        onClick={() => void accept()}
      >
        Accept
      </Button>
    </li>
  );
}
