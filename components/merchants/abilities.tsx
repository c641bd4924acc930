import { Check, Minus } from "lucide-react";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import type { Ability } from "@/lib/access/abilities";
import { Panel } from "./panel";

/** What the role can do. A permission that it lacks says who has it. */
export const Abilities = ({ sentence, abilities }: { sentence: string; abilities: Ability[] }) => (
  <Panel title="What you can do" about={sentence}>
    <ul>
      {abilities.map((ability) => (
        <Line key={ability.label} {...ability} />
      ))}
    </ul>
  </Panel>
);

function Line({ label, allowed, answer }: Ability) {
  const icon = allowed ? Check : Minus;
  return (
    <li
      className={cx(
        "grid gap-x-3 px-4 py-2.75 not-first:border-border not-first:border-t sm:grid-cols-[16px_1fr_auto] sm:px-5",
        allowed ? "grid-cols-[16px_1fr_auto]" : "grid-cols-[16px_1fr] text-subtle-foreground",
      )}
    >
      <Icon of={icon} className={cx("mt-0.75", allowed && "text-primary")} />
      <span>{label}</span>
      <span
        className={cx(
          "text-small leading-[1.375rem] sm:text-end sm:text-label sm:leading-[1.375rem]",
          allowed ? "text-end text-muted-foreground" : "col-start-2 sm:col-start-3",
        )}
      >
        {answer}
      </span>
    </li>
  );
}
