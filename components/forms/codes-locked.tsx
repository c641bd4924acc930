import { LockKeyhole } from "lucide-react";
import type { Lock } from "@/components/forms/second-factor";
import { Note } from "@/components/ui/note";
import { utc } from "@/components/ui/utc";

/** The note's ID, for the `aria-describedby` of a blocked button. */
export const CODES_LOCKED = "codes-locked";

/** Shown before anything is filled in. `way` says how to continue. */
export const CodesLocked = ({ lock, way }: { lock: Lock; way: string }) => (
  <Note id={CODES_LOCKED} tone="plain" icon={LockKeyhole} lead={<span className="text-foreground">{lead(lock)}</span>}>
    <span className="text-muted-foreground">
      {lock.code === "codes_locked" && "Five wrong codes in a row. "}
      {way}
    </span>
  </Note>
);

const lead = (lock: Lock) =>
  lock.code === "codes_locked"
    ? `2FA codes are locked until ${utc(lock.until, "time")}.`
    : "Your 2FA codes are disabled.";

/** What a user without a passkey can still do. */
export const lockedAdvice = (lock: Lock) =>
  lock.code === "codes_locked"
    ? "Wait until then. If that was not you, contact Support."
    : "Contact Support to set up your device again.";
