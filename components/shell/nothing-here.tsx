import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Plain, Ways } from "./plain";
import { SupportButton } from "./support";

/** Not yours answers like not there. */
export const NothingHere = () => (
  <Plain title="There is nothing at this address">
    <p className="text-ink-2">
      Either the address is wrong, or it belongs to a merchant or a role that is not yours. The answer is the same in both cases.
    </p>
    <Ways>
      <Link href="/merchants" className={buttonClass({ variant: "primary", size: "page" })}>
        Open your merchants
      </Link>
      <SupportButton />
    </Ways>
  </Plain>
);
