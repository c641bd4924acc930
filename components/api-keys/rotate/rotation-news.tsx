"use client";

import { CircleCheck } from "lucide-react";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/note";
import { utc } from "@/components/ui/utc";
import type { Rotation, TookOver } from "@/lib/api-keys/reads/rotation";
import { useDialogHost } from "../../forms/dialog-host";

type Active = { id: string; number: number; allowedIps: string[] };

/** A rotation that ended without a take-over: nothing changed, and it can be begun again. */
export function RotationExpired({
  expired,
  active,
}: {
  expired: NonNullable<Rotation["expired"]>;
  active: Active | null;
}) {
  const { open } = useDialogHost();
  const why = expired.takesOver === "manual" ? "Nobody took over with" : "No request was signed with";
  return (
    <div className="mb-5">
      <Note
        tone="plain"
        lead={<span className="text-foreground">The rotation ended on {utc(expired.until, "date-time")}.</span>}
        remedy={
          active && (
            <Button size="page" className="max-sm:w-full" onClick={() => open({ kind: "rotate", of: active })}>
              Rotate again
            </Button>
          )
        }
      >
        <span className="text-muted-foreground">
          {why} key {expired.number} within 7 days, so it is inactive.{" "}
          {active && `Nothing changed for key ${active.number}.`}
        </span>
      </Note>
    </div>
  );
}

const CLOSED = "countersign:took-over-closed";

/**
 * Says which key took over, when, and with which request, until it is closed in this browser. The
 * status region is there before its text, so that screen readers announce it.
 */
export function TookOverStrip({ tookOver }: { tookOver: TookOver | null }) {
  const [closed, close] = useClosed();
  const shown = tookOver !== null && closed !== tookOver.id;
  return <div role="status">{shown && <Strip tookOver={tookOver} onClose={() => close(tookOver.id)} />}</div>;
}

function Strip({
  tookOver: { number, at, source, replaced },
  onClose,
}: {
  tookOver: TookOver;
  onClose(): void;
}): ReactNode {
  const how = source === null ? "" : ` with a signed request from ${source}`;
  return (
    <section
      aria-label="Rotation done"
      className="mb-5 flex flex-wrap items-start gap-3 rounded-card border border-active-border bg-active-bg px-4 py-3.25 sm:flex-nowrap"
    >
      <Icon of={CircleCheck} size={18} className="mt-0.5 shrink-0 text-active" />
      <div className="min-w-0 flex-1 basis-60 sm:basis-0">
        <h2 className="wrap-anywhere font-[620] text-active">
          Key {number} took over at {utc(at, "seconds")}
          {how}
        </h2>
        {replaced && (
          <p className="mt-0.5">
            {replaced.refusedEverywhereAt
              ? `Key ${replaced.number} is refused by all gateways, confirmed at ${utc(replaced.refusedEverywhereAt, "seconds")}.`
              : `Key ${replaced.number} is being deactivated: not all gateways have confirmed.`}
          </p>
        )}
      </div>
      <Button size="row" className="max-sm:w-full" onClick={onClose}>
        Close
      </Button>
    </section>
  );
}

/** The take-over whose strip was closed, and how to close one. Stored if the browser allows it. */
function useClosed(): [string | null, (id: string) => void] {
  const stored = useSyncExternalStore(subscribe, read, () => null);
  const [now, setNow] = useState<string | null>(null);
  const close = (id: string) => {
    setNow(id);
    document.querySelector<HTMLElement>("h1")?.focus();
    try {
      localStorage.setItem(CLOSED, id);
    } catch {
      // Not stored: it stays closed until the page is reloaded.
    }
  };
  return [now ?? stored, close];
}

function read(): string | null {
  try {
    return localStorage.getItem(CLOSED);
  } catch {
    return null;
  }
}

const subscribe = (changed: () => void) => {
  addEventListener("storage", changed);
  return () => removeEventListener("storage", changed);
};
