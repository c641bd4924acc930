"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Banner } from "@/components/ui/note";
import { Time } from "@/components/ui/time";
import type { SentSecret } from "@/lib/api-keys/reads/sent-secrets";
import { sourceWords } from "@/lib/words/key-usage";
import { useDialogHost } from "../forms/dialog-host";

/**
 * Warns that a key's secret was sent with a request. The only remedy is to retire the key, which
 * Support cannot do (`readOnly`).
 */
export const SecretSent = ({ keys, readOnly = false }: { keys: readonly SentSecret[]; readOnly?: boolean }) =>
  keys.map((key) => <Alarm key={key.id} of={key} remedy={!readOnly && <Remedy of={key} />} />);

const CONSEQUENCES = {
  standby: "The key on standby can still take over.",
  active: "Requests signed with it are still accepted.",
  inactive: "It can still be activated again.",
};

const Alarm = ({ of: { number, state, at, source }, remedy }: { of: SentSecret; remedy: ReactNode }) => (
  <Banner tone="danger" lead={`The secret key of key ${number} was sent with a request.`} remedy={remedy}>
    <Time at={at} />, from <span className="wrap-anywhere">{sourceWords(source)}</span>. The secret key can be in logs
    and proxies on the way: others may have it. {CONSEQUENCES[state]}
  </Banner>
);

function Remedy({ of: { id, number, state } }: { of: SentSecret }) {
  const { open } = useDialogHost();
  return (
    <Button
      variant="danger"
      size="page"
      className="max-sm:w-full"
      onClick={() =>
        open(
          state === "standby"
            ? { kind: "cancel-rotation", of: { id, number } }
            : { kind: "deactivate", of: { id, number }, reason: "compromised" },
        )
      }
    >
      {state === "standby" ? "Cancel rotation" : "Deactivate as compromised"}
    </Button>
  );
}
