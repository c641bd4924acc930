import { MessagePage } from "@/components/shell/message-page";
import { SupportContact } from "@/components/shell/support";

export const NoMerchant = () => (
  <MessagePage title="You belong to no merchant">
    <p className="text-muted-foreground">
      Ask an Owner of your merchant to add you, then reload this page. If nobody can, contact Support at{" "}
      <SupportContact />.
    </p>
  </MessagePage>
);
