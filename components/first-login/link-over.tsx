import { SupportContact } from "@/components/shell/support";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** A link that is used up, seven days old, withdrawn or not whole: all the same. */
export const LinkOver = () => (
  <div className="grid gap-5">
    <div>
      <h1 className="t-display">This link opens nothing</h1>
      <p className="mt-1.5 text-ink-2">
        It was used, it is older than seven days, it was replaced by another one, or a part of it is missing. If you have set your password,
        log in with it. If not, ask the Owner who added you to add you again.
      </p>
    </div>
    <Link href="/login" className={buttonClass({ variant: "primary", size: "wide" })}>
      Log in
    </Link>
    <p className="text-ink-3 text-small">
      Support gave you the link? Contact them at <SupportContact />.
    </p>
  </div>
);
