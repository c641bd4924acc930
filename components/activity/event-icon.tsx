import {
  LifeBuoy,
  Lock,
  LogIn,
  type LucideIcon,
  PenLine,
  Smartphone,
  Terminal,
  TriangleAlert,
  Users,
} from "lucide-react";
import { StateGlyph } from "@/components/key-state/state-glyph";
import { Icon } from "@/components/ui/icon";
import type { Icon as EventIconName } from "@/lib/audit/describe";

type Picture = "alarm" | "note" | "person" | "login" | "lock" | "device" | "support" | "operator";

const pictures: Record<Picture, LucideIcon> = {
  alarm: TriangleAlert,
  note: PenLine,
  person: Users,
  login: LogIn,
  lock: Lock,
  device: Smartphone,
  support: LifeBuoy,
  operator: Terminal,
};

const hues: Record<Exclude<EventIconName, Picture>, string> = {
  standby: "text-standby",
  active: "text-active",
  generated: "text-generated",
  inactive: "text-inactive",
  retired: "text-retired",
};

/** Key events show the glyph of the key's new state; other events show an icon. */
export function EventIcon({ icon }: { icon: EventIconName }) {
  if (isPicture(icon)) {
    return <Icon of={pictures[icon]} className="mt-0.75 shrink-0 text-subtle-foreground" />;
  }
  return (
    <span className={`mt-1 grid w-4 shrink-0 justify-items-center self-start ${hues[icon]}`}>
      <StateGlyph state={icon} />
    </span>
  );
}

const isPicture = (icon: EventIconName): icon is Picture => icon in pictures;
