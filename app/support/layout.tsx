import { Eye } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { logOut } from "@/app/(dashboard)/actions";
import { AccountMenu } from "@/components/shell/account-menu";
import { Bar } from "@/components/shell/bar";
import { pageClass } from "@/components/shell/container";
import { SessionWarning } from "@/components/shell/session-warning";
import { DeskCrumb } from "@/components/support/desk-crumb";
import { SearchBox } from "@/components/support/search-box";
import { Tag } from "@/components/ui/tag";
import { requireStaff } from "@/lib/identity/session/guards";
import { dashboardEnv } from "@/lib/platform/env";

export const metadata: Metadata = { title: "Support desk" };

export default async function SupportLayout({ children }: { children: ReactNode }) {
  const { name, email } = await requireStaff();
  return (
    <>
      <Bar crumb={<DeskCrumb />}>
        <span className="max-[350px]:hidden">
          <Tag icon={Eye}>Read only</Tag>
        </span>
        <AccountMenu name={name} email={email} supportContact={dashboardEnv().SUPPORT_CONTACT} logOut={logOut} />
      </Bar>
      <SessionWarning />
      <main id="content" className={pageClass}>
        <h1 className="sr-only">Support desk</h1>
        <div className="grid items-start gap-6 md:grid-cols-[332px_minmax(0,1fr)] md:gap-8">
          <SearchBox />
          {children}
        </div>
      </main>
    </>
  );
}
