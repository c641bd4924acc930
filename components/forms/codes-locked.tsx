import { LockKeyhole } from "lucide-react";
import type { Lock } from "@/components/forms/second-factor";
import { Note } from "@/components/ui/note";
import { utc } from "@/components/ui/utc";

/** The id of the note: a blocked button is described by it. */
export const CODES_LOCKED = "codes-locked";

/** Said before anything is filled in, with the way on. */
export const CodesLocked = ({ lock, way }: { lock: Lock; way: string }) => (
  <Note id={CODES_LOCKED} tone="plain" icon={LockKeyhole} lead={<span className="text-ink">{lead(lock)}</span>}>
    <span className="text-ink-2">
      {lock.code === "codes_locked" && "Five wrong codes in a row. "}
      {way}
    </span>
  </Note>
);

const lead = (lock: Lock) =>
  lock.code === "codes_locked" ? `2FA codes are locked until ${utc(lock.until, "time")}.` : "Your 2FA codes are disabled.";

/** What is left to do without a passkey. */
export const waitOr = (lock: Lock) =>
  lock.code === "codes_locked" ? "Wait until then. If that was not you, contact Support." : "Contact Support to set up your device again.";
