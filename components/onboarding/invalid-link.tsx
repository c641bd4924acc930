import { SupportContact } from "@/components/shell/support";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** One page for every invalid link: used, older than seven days, withdrawn or cut off. */
export const InvalidLink = () => (
  <div className="grid gap-5">
    <div>
      <h1 className="type-display">This link no longer works</h1>
      <p className="mt-1.5 text-muted-foreground">
        It may have been used, replaced or cut off in copying, or it is more than seven days old. If you have set your
        password, log in with it. If not, ask the Owner who invited you for a new link.
      </p>
    </div>
    <Link href="/login" className={buttonClass({ variant: "primary", size: "wide" })}>
      Log in
    </Link>
    <p className="text-subtle-foreground text-small">
      Did Support send you the link? Contact them at <SupportContact />.
    </p>
  </div>
);
