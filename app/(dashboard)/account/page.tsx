import type { Metadata } from "next";
import { AccountDialogs } from "@/components/account/account-dialogs";
import { AccountSheet } from "@/components/account/account-sheet";
import { deviceLossSentence } from "@/components/account/device-loss";
import { pageClass } from "@/components/shell/container";
import { readAccount } from "@/lib/identity/account/queries";
import { requireUser } from "@/lib/identity/session/guards";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  const { userId, email, sessionId } = await requireUser();
  const account = await readAccount(userId, sessionId);
  const { left } = account.recoveryCodes;
  return (
    <main id="content" className={pageClass}>
      <h1 tabIndex={-1} className="type-display">
        Account
      </h1>
      <p className="mt-1.5 mb-5 text-muted-foreground">
        <span className="wrap-anywhere text-foreground">{email}</span>.{" "}
        {deviceLossSentence({ passkeys: account.passkeys.length, codes: left })}
      </p>
      <AccountDialogs email={email} hasRecoveryCodes={left > 0}>
        <AccountSheet account={account} />
      </AccountDialogs>
    </main>
  );
}
