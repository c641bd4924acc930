import { CircleAlert, CircleCheck, Radio } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { FirstRequest } from "@/lib/api-keys/reads/first-request";
import { sourceWords } from "@/lib/words/key-usage";

export type FirstRequestState = "waiting" | "accepted" | "refused";

/** The current state, announced when it changes. */
export function Head({
  of: { number, activatedAt, accepted, refused },
  look,
}: {
  of: FirstRequest;
  look: FirstRequestState;
}) {
  if (look === "accepted" && accepted) {
    return (
      <Lines
        icon={<Icon of={CircleCheck} size={18} className="text-active" />}
        wash="bg-active-bg"
        title={
          <>
            First request accepted, <Time at={accepted.at} as="seconds" /> from {sourceWords(accepted.source)}
          </>
        }
      >
        Signed with key {number}. <Link href={`api-keys/${number}`}>See all its requests</Link>
      </Lines>
    );
  }
  if (look === "refused" && refused) {
    return (
      <Lines
        icon={<Icon of={CircleAlert} size={18} className="text-warning" />}
        wash="bg-warning-bg"
        title={`First request refused: ${refused.what.charAt(0).toLowerCase()}${refused.what.slice(1)}`}
        aside={
          <>
            <Time at={refused.at} as="seconds" />, {sourceWords(refused.source)}
          </>
        }
      >
        {refused.remedy}
      </Lines>
    );
  }
  return (
    <Lines
      icon={<Icon of={Radio} size={18} className="slow-pulse text-primary" />}
      title={`Waiting for the first signed request with key ${number}…`}
      aside={
        <>
          since <Time at={activatedAt} as="seconds" />
        </>
      }
    >
      It shows here within 2 seconds, accepted or refused, with the reason.
    </Lines>
  );
}

type Props = { icon: ReactNode; wash?: string; title: ReactNode; aside?: ReactNode; children: ReactNode };

const Lines = ({ icon, wash, title, aside, children }: Props) => (
  <div
    className={`grid grid-cols-[18px_minmax(0,1fr)] gap-x-3 px-4 py-3.5 sm:grid-cols-[18px_minmax(0,1fr)_auto] sm:px-5 ${wash ?? ""}`}
  >
    <span className="mt-0.5">{icon}</span>
    <p className="wrap-anywhere font-[620]">{title}</p>
    <span className="wrap-anywhere text-muted-foreground text-small tabular-nums max-sm:col-start-2">{aside}</span>
    <p className="col-start-2 mt-0.5 text-muted-foreground">{children}</p>
  </div>
);
