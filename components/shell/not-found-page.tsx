import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { MessagePage, TextActionList } from "./message-page";
import { SupportButton } from "./support";

/** One page for "does not exist" and "is not yours", so that it reveals nothing. */
export const NotFoundPage = () => (
  <MessagePage title="Page not found">
    <p className="text-muted-foreground">The address may be wrong, or you may not have access.</p>
    <TextActionList>
      <Link href="/merchants" className={buttonClass({ variant: "primary", size: "page" })}>
        Open your merchants
      </Link>
      <SupportButton />
    </TextActionList>
  </MessagePage>
);
