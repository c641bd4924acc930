import type { ReactNode } from "react";
import { SecondFactorProvider } from "@/components/forms/second-factor";
import { AccountMenu } from "@/components/shell/account-menu";
import { Bar } from "@/components/shell/bar";
import { MerchantsCrumb } from "@/components/shell/merchants-crumb";
import { SessionWarning } from "@/components/shell/session-warning";
import { DeskCrumb } from "@/components/support/desk-crumb";
import { isSupport } from "@/lib/access/staff";
import { secondFactorOf } from "@/lib/identity/second-factor/second-factor";
import { ownMerchants, requireUser } from "@/lib/identity/session/guards";
import { invitationsOf } from "@/lib/merchants/team/queries";
import { dashboardEnv } from "@/lib/platform/env";
import { logOut } from "./actions";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const { userId, name, email, staffRole } = await requireUser();
  const [merchants, invitations, secondFactor] = await Promise.all([
    ownMerchants(),
    invitationsOf(userId),
    secondFactorOf(userId),
  ]);
  return (
    <>
      <Bar crumb={(merchants.length > 1 || invitations.length > 0) && <MerchantsCrumb />}>
        {isSupport(staffRole) && <DeskCrumb />}
        <AccountMenu name={name} email={email} supportContact={dashboardEnv().SUPPORT_CONTACT} logOut={logOut} />
      </Bar>
      <SessionWarning />
      <SecondFactorProvider facts={secondFactor}>{children}</SecondFactorProvider>
    </>
  );
}
