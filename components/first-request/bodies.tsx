"use client";

import type { ReactNode } from "react";
import { AllowButton } from "@/components/api-keys/refusals/allow-button";
import { useDialogHost } from "@/components/forms/dialog-host";
import { Code } from "@/components/integration/code";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import type { FirstRequest } from "@/lib/api-keys/reads/first-request";
import { isInGroup } from "@/lib/api-keys/reads/refusal-groups";

/** A command with the key filled in, to be run where the secret key is. */
export const WaitingBody = ({ of, onStop }: { of: FirstRequest; onStop(): void }) => (
  <Body>
    <Code name="Try it from one of your servers" text={of.command} />
    <Foot button={<Stop onStop={onStop} />}>
      Replace <code>your-secret-key</code>. The request changes nothing. Other languages:{" "}
      <Integration>Integration</Integration>
    </Foot>
  </Body>
);

export const RefusedBody = ({ of, onStop }: { of: FirstRequest; onStop(): void }) => (
  <Body>
    {of.refused?.reason === "ip_not_allowed" && (
      <div className="flex">
        <AllowButton of={of} address={of.refused.source} count={1} />
      </div>
    )}
    <Foot button={<Stop onStop={onStop} />}>
      Still watching: the next request shows here.{" "}
      {of.refused && isInGroup("path", of.refused.reason) ? (
        <Integration part="#address">Address of the API</Integration>
      ) : (
        <Integration part="#checker">Check a signature</Integration>
      )}
    </Foot>
  </Body>
);

export const AcceptedBody = ({ onClose }: { onClose(): void }) => (
  <Body>
    <Foot
      button={
        <Button size="row" onClick={onClose}>
          Close
        </Button>
      }
    >
      Once closed, this note does not come back for this key.
    </Foot>
  </Body>
);

const Stop = ({ onStop }: { onStop(): void }) => (
  <Button variant="ghost" size="row" onClick={onStop}>
    Stop watching
  </Button>
);

function Integration({ part = "", children }: { part?: string; children: ReactNode }) {
  const { merchantId } = useDialogHost();
  return <Link href={`/merchants/${merchantId}/integration${part}`}>{children}</Link>;
}

const Body = ({ children }: { children: ReactNode }) => (
  <div className="grid gap-3 border-border px-4 pt-1 pb-3 sm:pr-5 sm:pl-12.5">{children}</div>
);

const Foot = ({ button, children }: { button: ReactNode; children: ReactNode }) => (
  <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pt-1 text-small">
    <span className="text-muted-foreground">{children}</span>
    {button}
  </div>
);
