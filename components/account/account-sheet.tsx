import { Asterisk, ListOrdered, Smartphone } from "lucide-react";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { Account } from "@/lib/identity/account/queries";
import { OpenButton } from "./open-button";
import { Passkeys } from "./passkeys";
import { Item, Section } from "./section";
import { Sessions } from "./sessions";

/** The user's own account, one section per topic. */
export const AccountSheet = ({ account }: { account: Account }) => (
  <Sheet>
    <Section title="Password" about="12 to 128 characters. Changing it ends your other sessions.">
      <Item
        icon={Asterisk}
        name="Set by you"
        end={
          <OpenButton opening={{ kind: "password" }} label="Change password">
            Change
          </OpenButton>
        }
      >
        {account.passwordSince && (
          <>
            in use since <Time at={account.passwordSince} as="date" />
          </>
        )}
      </Item>
    </Section>
    <Section title="2FA device" about="Its codes confirm every login and every change to a key.">
      <Item
        icon={Smartphone}
        name="Authenticator app"
        end={
          <OpenButton opening={{ kind: "device" }} label="Move to a new device">
            Move
          </OpenButton>
        }
      >
        <Device device={account.device} />
      </Item>
    </Section>
    <Passkeys passkeys={account.passkeys} />
    <Section title="Recovery codes" about="Each logs you in once if your device is lost, and lets you move 2FA.">
      <Item
        icon={ListOrdered}
        name={
          account.recoveryCodes.of ? `${account.recoveryCodes.left} of ${account.recoveryCodes.of} left` : "None yet"
        }
        end={
          <OpenButton opening={{ kind: "recovery-codes" }} label="New codes for recovery">
            New codes
          </OpenButton>
        }
      >
        <CodesFacts {...account.recoveryCodes} />
      </Item>
    </Section>
    <Sessions sessions={account.sessions} />
  </Sheet>
);

function Device({ device }: { device: Account["device"] }) {
  if (!device) return "not set up";
  return (
    <>
      set up <Time at={device.since} as="date" />
      {device.lastCode && (
        <>
          , last code accepted <Time at={device.lastCode} />
        </>
      )}
    </>
  );
}

function CodesFacts({ madeAt, lastUsedAt }: Account["recoveryCodes"]) {
  if (!madeAt) return "without them, losing your device locks you out";
  return (
    <>
      made <Time at={madeAt} as="date" />
      {lastUsedAt ? (
        <>
          , last used <Time at={lastUsedAt} as="date" />
        </>
      ) : (
        ", never used"
      )}
    </>
  );
}
