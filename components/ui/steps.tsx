import type { ReactNode } from "react";
import { StateGlyph } from "../key-state/state-glyph";
import { cx } from "./cx";

type Progress = "done" | "now" | "next";

const hues: Record<Progress, string> = { done: "text-active", now: "text-primary", next: "text-border-strong" };
const glyphs = { done: "active", now: "deactivating", next: "generated" } as const;

export const Steps = ({ children }: { children: ReactNode }) => (
  <ol className="grid [--glyph-background:var(--raised)]">{children}</ol>
);

/** One step of a change. `children`, such as a meter or a sentence, go below its name. */
export function Step({
  progress,
  name,
  at,
  children,
}: {
  progress: Progress;
  name: string;
  at?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li
      aria-current={progress === "now" ? "step" : undefined}
      className={cx(
        "relative grid grid-cols-[22px_1fr_auto] gap-x-3 pb-4.5 last:pb-0 not-last:before:absolute not-last:before:top-6 not-last:before:bottom-0 not-last:before:left-[10.5px] not-last:before:w-px not-last:before:bg-border-strong",
        progress === "next" && "text-subtle-foreground",
      )}
    >
      <span className={cx("grid size-5.5 place-items-center", hues[progress])}>
        <StateGlyph state={glyphs[progress]} className="size-5" />
      </span>
      <span className="font-label">{name}</span>
      <span className="text-subtle-foreground text-small">{at}</span>
      {children && <div className="col-span-2 col-start-2 mt-1">{children}</div>}
    </li>
  );
}
