import { KeyRound, LogIn, type LucideIcon, RefreshCw } from "lucide-react";
import { DeskNote } from "@/components/support/desk-note";
import { Icon } from "@/components/ui/icon";
import { requireStaff } from "@/lib/identity/session/guards";

const QUESTIONS: { icon: LucideIcon; asked: string; where: string }[] = [
  {
    icon: KeyRound,
    asked: "“My requests are refused.”",
    where: "API keys: the last refusal names the likely mistake.",
  },
  { icon: LogIn, asked: "“I cannot log in.”", where: "Members: the column Login says why." },
  {
    icon: RefreshCw,
    asked: "“Is the old key really off?”",
    where: "API keys: its history says when all gateways refused it.",
  },
];

export default async function SupportPage() {
  await requireStaff();
  return (
    <section aria-labelledby="start">
      <h2 id="start" className="type-title">
        Start with a merchant
      </h2>
      <p className="mt-1.5 text-muted-foreground">
        Search by name, ID, a member's email or a whole API key. Every merchant you open is recorded and shown to its
        Owners.
      </p>
      <ul className="mt-5 grid gap-2.5">
        {QUESTIONS.map(({ icon, asked, where }) => (
          <li key={asked} className="flex gap-2.5">
            <Icon of={icon} className="mt-0.75 shrink-0 text-subtle-foreground" />
            <span>
              <b className="font-[600]">{asked}</b> {where}
            </span>
          </li>
        ))}
      </ul>
      <DeskNote />
    </section>
  );
}
