import { Plain } from "@/components/shell/plain";
import { SupportContact } from "@/components/shell/support";

export const NoMerchant = () => (
  <Plain title="You belong to no merchant">
    <p className="text-ink-2">
      Ask an Owner of your merchant to add you, then reload this page. If nobody can, contact Support at{" "}
      <SupportContact />.
    </p>
  </Plain>
);
