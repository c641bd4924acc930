"use client";

import type { Route } from "next";
import type { ReactNode } from "react";
import { StateGlyph } from "@/components/key-state/state-glyph";
import { Button } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";
import { utc } from "@/components/ui/utc";
import type { Standby } from "@/lib/api-keys/reads/rotation";
import { REFUSED_WITHIN } from "@/lib/words/propagation";
import { missingWords, triedWords } from "@/lib/words/rotation";
import { useDialogHost } from "../../forms/dialog-host";

type Props = { standby: Standby; old: number; integration: string };

/** A rotation under way: its three steps, when it expires, and the button that cancels it. */
export function RotationPanel({ standby, old, integration }: Props) {
  const { open } = useDialogHost();
  const { id, number, madeAt, madeBy, until, users, takesOver } = standby;
  const manual = takesOver === "manual";
  const client = <Link href={`${integration}#rotation` as Route}>A client that changes over by itself</Link>;
  return (
    <section
      aria-label={`Rotation of key ${old}`}
      className="mb-5 overflow-hidden rounded-card border border-border bg-surface"
    >
      <ol className="grid md:grid-cols-[1fr_1.24fr_1fr]">
        <Step progress="done" name="New pair generated">
          {utc(madeAt, "seconds")}
          {madeBy && `, by ${madeBy}`}
        </Step>
        <Step progress="now" name={manual ? "Give every server both pairs" : "Deploy the new pair"}>
          {manual ? triedWords(standby, old) : "Give it to all servers before one of them signs with it."} {client}
        </Step>
        <Step progress="next" name={manual ? "Take over" : `Key ${old} will be refused`}>
          {manual
            ? `Key ${old} is then refused by all gateways, ${REFUSED_WITHIN}`
            : `By all gateways, ${REFUSED_WITHIN} of the first request with the new pair`}
        </Step>
      </ol>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2.5 border-border border-t px-4 py-2.75 sm:pr-3 sm:pl-5">
        <p className="wrap-anywhere basis-full text-muted-foreground text-small sm:flex-1 sm:basis-80">
          {manual && users && users.missing.length > 0 && users.missing.length < users.count && (
            <span className="mb-0.5 block text-foreground">{missingWords(users.missing, number)}</span>
          )}
          Unused, the rotation ends on {utc(until, "date-time")}. Key {old} then stays active.
        </p>
        <Button
          variant="ghost"
          size="row"
          className="max-sm:h-11 max-sm:flex-1"
          onClick={() => open({ kind: "cancel-rotation", of: { id, number } })}
        >
          Cancel rotation
        </Button>
      </div>
    </section>
  );
}

const glyphs = { done: "active", now: "deactivating", next: "generated" } as const;
const hues = { done: "text-active", now: "text-primary", next: "text-border-strong" };

function Step({ progress, name, children }: { progress: keyof typeof glyphs; name: string; children: ReactNode }) {
  return (
    <li
      aria-current={progress === "now" ? "step" : undefined}
      className={cx(
        "grid grid-cols-[20px_minmax(0,1fr)] content-start gap-x-2.5 gap-y-0.5 border-border px-4 pt-4 pb-4.5 not-first:border-t sm:px-5 md:not-first:border-t-0 md:not-first:border-l",
        progress === "now" && "bg-primary-subtle [--glyph-background:var(--primary-subtle)]",
      )}
    >
      <StateGlyph state={glyphs[progress]} className={`mt-0.5 size-5 ${hues[progress]}`} />
      <b className={progress === "next" ? "font-[540] text-muted-foreground" : "font-[600]"}>{name}</b>
      <p className="wrap-anywhere col-start-2 text-muted-foreground text-small leading-5 tabular-nums">{children}</p>
    </li>
  );
}
