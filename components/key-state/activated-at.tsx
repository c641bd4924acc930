import type { ReactNode } from "react";
import { Time } from "@/components/ui/time";
import { retirementText } from "../api-keys/words";
import type { ShownKey } from "./last-used";

/** When a key was activated, and below it the one fact that its state adds. */
export const ActivatedAt = ({ row }: { row: ShownKey }) => (
  <div>
    {row.activatedAt ? (
      <Time at={row.activatedAt} as="date" />
    ) : (
      <span className="text-muted-foreground">{row.state === "retired" ? "Never" : "Not yet"}</span>
    )}
    <span className="secondary-line">{fact(row)}</span>
  </div>
);

function fact({
  state,
  generatedAt,
  activatedAt,
  deactivatedAt,
  retiredAt,
  reason,
  takesOver,
  standbyUntil,
}: ShownKey): ReactNode {
  switch (state) {
    case "standby":
      return takesOver === "manual" ? "takes over when you say so" : "takes over with its first request";
    case "generated":
      return (
        <>
          generated <Time at={generatedAt} as="date" />
        </>
      );
    case "active":
      return activatedAt && <Time at={activatedAt} as="time" />;
    case "deactivating":
      return (
        deactivatedAt && (
          <>
            deactivation began <Time at={deactivatedAt} as="time" />
          </>
        )
      );
    case "inactive":
      if (!deactivatedAt && standbyUntil)
        return (
          <>
            did not take over by <Time at={standbyUntil} as="date" />
          </>
        );
      return (
        deactivatedAt && (
          <>
            deactivated <Since at={deactivatedAt} after={activatedAt} />
          </>
        )
      );
    case "retired":
      return (
        retiredAt && (
          <>
            retired <Since at={retiredAt} after={activatedAt} />
            {retirementText(reason)}
          </>
        )
      );
  }
}

/** Shows the year only if it differs from the year in the line above. */
const Since = ({ at, after }: { at: string; after: string | null }) => (
  <Time at={at} as={after?.slice(0, 4) === at.slice(0, 4) ? "day" : "date"} />
);
