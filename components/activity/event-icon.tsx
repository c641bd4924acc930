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
import type { Icon } from "@/lib/audit/describe";

type IconMark = "alarm" | "note" | "person" | "login" | "lock" | "device" | "support" | "operator";

const icons: Record<IconMark, LucideIcon> = {
  ...{
    alarm: TriangleAlert,
    note: PenLine,
    person: Users,
    login: LogIn,
    lock: Lock,
    device: Smartphone,
    support: LifeBuoy,
    operator: Terminal,
  },
};

const hues: Record<Exclude<Icon, IconMark>, string> = {
  standby: "text-standby",
  active: "text-active",
  generated: "text-generated",
  inactive: "text-inactive",
  retired: "text-retired",
};

/** Key events show the glyph of the key's new state; other events show an icon. */
export function EventIcon({ mark }: { mark: Icon }) {
  if (isIcon(mark)) {
    const Icon = icons[mark];
    return <Icon aria-hidden size={16} strokeWidth={1.75} className="mt-0.75 shrink-0 text-ink-3" />;
  }
  return (
    <span className={`mt-1 grid w-4 shrink-0 justify-items-center self-start ${hues[mark]}`}>
      <StateGlyph state={mark} />
    </span>
  );
}

const isIcon = (mark: Icon): mark is IconMark => mark in icons;
