"use client";

import { CircleAlert, X } from "lucide-react";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import type { Chip } from "./ip-entry";

type Props = { chip: Chip; frozen?: boolean; onRemove(text: string): void; onCorrect(text: string): void };

/** One address of the list. An invalid one is a button that moves it back into the input. */
export function IpChip({ chip: { text, refusal }, frozen, onRemove, onCorrect }: Props) {
  return (
    <span
      className={cx(
        "address inline-flex min-h-8 min-w-0 items-center rounded-chip border pr-0.5 text-label",
        refusal
          ? "gap-0.5 border-danger border-dashed bg-danger-bg pl-2 text-danger"
          : "gap-0.5 border-border bg-sunken pl-2.5",
      )}
    >
      {refusal ? (
        <button
          type="button"
          aria-label={`Correct ${text}`}
          onClick={() => onCorrect(text)}
          className="flex items-center gap-1.5 text-start"
        >
          <Icon of={CircleAlert} className="shrink-0" />
          <span>{text}</span>
        </button>
      ) : (
        <span className={frozen ? "pr-2" : undefined}>{text}</span>
      )}
      {!frozen && (
        <button
          type="button"
          aria-label={`Remove ${text}`}
          onClick={() => onRemove(text)}
          className={cx(
            "grid size-6.5 shrink-0 place-items-center rounded-chip hover:bg-border",
            !refusal && "text-subtle-foreground hover:text-foreground",
          )}
        >
          <Icon of={X} />
        </button>
      )}
    </span>
  );
}
