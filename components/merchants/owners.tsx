import { Breakable } from "@/components/ui/breakable";
import { Time } from "@/components/ui/time";
import type { Owner } from "@/lib/merchants/queries";
import { Panel } from "./panel";

export const Owners = ({ owners, you }: { owners: Owner[]; you: string }) => {
  const mine = owners.some(({ userId }) => userId === you);
  return (
    <Panel
      title="Owners"
      about={mine ? "They generate, activate and deactivate API keys." : "Ask them about API keys or another role."}
    >
      <ul>
        {owners.map(({ userId, email, since }) => (
          <li key={userId} className="px-4 py-3 not-first:border-border not-first:border-t sm:px-5">
            <span className="wrap-anywhere block font-label">
              <Breakable text={email} />
            </span>
            <span className="block text-subtle-foreground text-small">
              {userId === you && "you, "}here since <Time at={since} as="date" />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
