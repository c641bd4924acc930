import { DeskNote } from "@/components/support/desk-note";
import { requireStaff } from "@/lib/session/guards";

export default async function SupportPage() {
  await requireStaff();
  return (
    <section aria-label="How to begin">
      <p className="text-ink-2 md:pt-2.5">
        Find a merchant by its name or number, by a member's e-mail, or by a whole API key. Every time you open one is recorded, and its
        Owners see it.
      </p>
      <DeskNote />
    </section>
  );
}
