import { LifeBuoy, Terminal } from "lucide-react";
import { Breakable } from "@/components/ui/breakable";
import { EventTableCell, EventTableRow } from "@/components/ui/event-table";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time";
import type { ActivityActor, ActivityEvent } from "@/lib/audit/activity";
import type { Part } from "@/lib/audit/describe";
import { EventIcon } from "./event-icon";

export const ActivityRow = ({ at, words, who, from }: ActivityEvent) => (
  <EventTableRow>
    <EventTableCell className="when text-muted-foreground tabular-nums">
      <Time at={at} as="clock" />
    </EventTableCell>
    <EventTableCell className="what">
      <div className="flex gap-3">
        <EventIcon icon={words.icon} />
        <div className="min-w-0">
          <span className="wrap-anywhere font-[560]">{words.what}</span>
          {words.detail && <span className="secondary-line">{words.detail.map(part)}</span>}
        </div>
      </div>
    </EventTableCell>
    <EventTableCell className="who">
      <span className="wrap-anywhere">
        <Breakable text={who.name} />
      </span>
      {who.about && <span className="secondary-line">{who.about}</span>}
      {who.tag && <Mark tag={who.tag} />}
    </EventTableCell>
    <EventTableCell className="from">
      <span className="wrap-anywhere tabular-nums">{from.place}</span>
      {from.device && <span className="secondary-line">{from.device}</span>}
    </EventTableCell>
  </EventTableRow>
);

const Mark = ({ tag }: { tag: NonNullable<ActivityActor["tag"]> }) => (
  <span className="mt-0.5 block">
    <Tag icon={tag === "Support" ? LifeBuoy : Terminal}>{tag}</Tag>
  </span>
);

const part = (piece: Part) =>
  typeof piece === "string" ? (
    piece
  ) : (
    <span key={piece.ip} className="ip-address">
      {piece.ip}
    </span>
  );
