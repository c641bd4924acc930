"use client";

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
  keys.map((key) => <Alarm key={key.id} of={key} readOnly={readOnly} />);

const CONSEQUENCES = {
  standby: "The key on standby can still take over.",
  active: "Requests signed with it are still accepted.",
  inactive: "It can still be activated again.",
};

const Alarm = ({ of, readOnly }: { of: SentSecret; readOnly: boolean }) => (
  <Banner
    tone="danger"
    lead={`The secret key of key ${of.number} was sent with a request.`}
    remedy={!readOnly && <Remedy of={of} />}
  >
    <Time at={of.at} />, from <span className="wrap-anywhere">{sourceWords(of.source)}</span>. The secret key can be in
    logs and proxies on the way: others may have it. {CONSEQUENCES[of.state]}{" "}
    {readOnly && (of.state === "standby" ? TELL.standby : TELL.others)}
  </Banner>
);

const TELL = {
  standby: "Tell an Owner to cancel the rotation.",
  others: "Tell an Owner to deactivate it as compromised.",
};

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
