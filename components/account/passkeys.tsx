import { Fingerprint, Plus } from "lucide-react";
import { Icon } from "@/components/ui/icon";
import { Time } from "@/components/ui/time";
import type { Account } from "@/lib/identity/account/queries";
import { OpenButton } from "./open-button";
import { Item, Section } from "./section";

export const Passkeys = ({ passkeys }: { passkeys: Account["passkeys"] }) => (
  <Section
    title="Passkeys"
    about="Use one wherever a 2FA code is asked for."
    after={
      <OpenButton opening={{ kind: "add-passkey" }} add>
        <Icon of={Plus} />
        Add a passkey
      </OpenButton>
    }
  >
    {passkeys.map(({ id, name, addedAt, lastUsedAt }) => (
      <Item
        key={id}
        icon={Fingerprint}
        name={name}
        end={
          <OpenButton opening={{ kind: "remove-passkey", of: { id, name } }} label={`Remove passkey ${name}`}>
            Remove
          </OpenButton>
        }
      >
        added <Time at={addedAt} as="date" />
        {lastUsedAt ? (
          <>
            , last used <Time at={lastUsedAt} as="date" />
          </>
        ) : (
          ", never used"
        )}
      </Item>
    ))}
  </Section>
);
