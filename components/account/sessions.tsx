import { Monitor, Smartphone } from "lucide-react";
import { Time } from "@/components/ui/time";
import { utc } from "@/components/ui/utc";
import type { SessionRow } from "@/lib/identity/account/queries";
import { OpenButton } from "./open-button";
import { Item, Section } from "./section";

export const Sessions = ({ sessions }: { sessions: SessionRow[] }) => (
  <Section
    title="Sessions"
    about="If you do not recognise one, end it, then change your password."
    after={
      sessions.length > 1 && (
        <OpenButton opening={{ kind: "end-others" }} add>
          End all other sessions
        </OpenButton>
      )
    }
  >
    {sessions.map(({ id, device, mobile, address, since, seenAt, own }) => (
      <Item
        key={id}
        icon={mobile ? Smartphone : Monitor}
        name={device}
        end={
          own ? (
            <span className="whitespace-nowrap rounded-chip border border-border-strong px-2 py-px font-[560] text-muted-foreground text-small">
              This browser
            </span>
          ) : (
            <OpenButton
              opening={{ kind: "end-session", of: { id, device } }}
              label={`End session ${device} since ${utc(since, "date-time")}`}
            >
              End
            </OpenButton>
          )
        }
      >
        {address ?? "address unknown"}, {own ? "since " : "seen "}
        <Time at={own ? since : seenAt} />
      </Item>
    ))}
  </Section>
);
