"use client";

import { Ban, CircleX, Ellipsis, Pencil } from "lucide-react";
import { ActionMenu } from "@/components/ui/action-menu";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { useDialogHost } from "../../forms/dialog-host";
import type { ShownKey } from "../../key-state/last-used";
import { STATUS_LINES } from "../../key-state/status-line";

const iconOnCard = "max-md:border max-md:border-border-strong";
const moreOnCard = `${iconOnCard} md:-mr-2`;

/** The actions that a key's state allows. */
export const RowActions = ({ row }: { row: ShownKey }) => (
  <div className="flex items-center justify-end gap-2 md:min-h-11.5">
    <Actions row={row} />
  </div>
);

function Actions({ row }: { row: ShownKey }) {
  const { open } = useDialogHost();
  const { number } = row;
  switch (row.state) {
    case "active":
      return (
        <>
          <IconButton
            icon={Pencil}
            label={`Edit IP addresses of key ${number}`}
            className={iconOnCard}
            onClick={() => open({ kind: "edit-ips", of: row })}
          />
          <Button
            variant="danger-outline"
            size="row"
            aria-label={`Deactivate key ${number}`}
            onClick={() => open({ kind: "deactivate", of: row })}
          >
            Deactivate
          </Button>
        </>
      );
    case "standby":
      return <OnStandby row={row} />;
    case "deactivating":
      return (
        <Button
          size="row"
          onClick={() => open({ kind: "progress", of: row, since: row.deactivatedAt ?? new Date().toISOString() })}
        >
          See progress
        </Button>
      );
    case "retired":
      return <span className="text-subtle-foreground text-small max-md:flex-1">Permanent</span>;
    default:
      return (
        <>
          <Activate row={row} />
          <More row={row} />
        </>
      );
  }
}

/**
 * Blocked while another key is active or being deactivated. The status line says why, and a
 * press scrolls to it.
 */
function Activate({ row }: { row: ShownKey }) {
  const { open, activeNumber, deactivatingNumber, waitingNumber } = useDialogHost();
  const blocked = activeNumber !== null || deactivatingNumber !== null;
  const toReason = () => document.getElementById(STATUS_LINES)?.scrollIntoView({ block: "center", behavior: "smooth" });
  return (
    <span className="contents" onPointerUp={blocked ? toReason : undefined}>
      <Button
        variant={waitingNumber === row.number ? "primary" : "secondary"}
        size="row"
        blocked={blocked}
        aria-label={`Activate key ${row.number}`}
        aria-describedby={blocked ? STATUS_LINES : undefined}
        onClick={() => open({ kind: "activate", of: row })}
      >
        Activate
      </Button>
    </span>
  );
}

/**
 * The row has no "Take over now" if the page itself has that button: for a `manual` take-over, or
 * if no key is active.
 */
function OnStandby({ row }: { row: ShownKey }) {
  const { open, activeNumber } = useDialogHost();
  return (
    <>
      {row.takesOver === "first_request" && activeNumber !== null && (
        <Button
          size="row"
          aria-label={`Take over now with key ${row.number}`}
          onClick={() => open({ kind: "take-over", of: row })}
        >
          Take over now
        </Button>
      )}
      <ActionMenu
        trigger={<IconButton icon={Ellipsis} label={`More for key ${row.number}`} className={moreOnCard} />}
        actions={[
          { name: "Edit IP addresses", icon: Pencil, onPick: () => open({ kind: "edit-ips", of: row }) },
          {
            name: "Cancel rotation",
            icon: CircleX,
            hint: "permanent",
            onPick: () => open({ kind: "cancel-rotation", of: row }),
          },
        ]}
      />
    </>
  );
}

function More({ row }: { row: ShownKey }) {
  const { open } = useDialogHost();
  return (
    <ActionMenu
      trigger={<IconButton icon={Ellipsis} label={`More for key ${row.number}`} className={moreOnCard} />}
      actions={[
        { name: "Edit IP addresses", icon: Pencil, onPick: () => open({ kind: "edit-ips", of: row }) },
        { name: "Retire", icon: Ban, hint: "permanent", onPick: () => open({ kind: "retire", of: row }) },
      ]}
    />
  );
}
