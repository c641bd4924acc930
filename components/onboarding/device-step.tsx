"use client";

import { useState } from "react";
import { confirmFirstDevice } from "@/app/(auth)/first-login/actions";
import { clientError } from "@/components/forms/form-error";
import { rememberUsed } from "@/components/login/used-code";
import { OtpInput } from "@/components/ui/otp-input";
import { SeedSheet } from "@/components/ui/seed-sheet";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import { Step } from "./step";
import { useStep } from "./use-step";

type Props = { seed: string; uri: string; onEnrolled(): void };

export function DeviceStep({ seed, uri, onEnrolled }: Props) {
  const [code, setCode] = useState("");
  const step = useStep("We do not know whether the device was set up.");
  const confirm = async () => {
    if (code.length !== 6) return step.refuse(clientError("code", sentence({ code: "code_malformed" })));
    const enrolled = await step.ask(() => confirmFirstDevice({ code }));
    if (!enrolled) return;
    rememberUsed(code, enrolled.seconds);
    onEnrolled();
  };
  return (
    <Step
      number={2}
      title="Add your authenticator app"
      about="Scan this code, then enter the digits the app shows."
      verb="Confirm"
      waiting={step.waiting}
      refusal={step.refusalOf("form")}
      refused={step.trouble}
      onChanged={() => step.refuse(null)}
      onSubmit={() => void confirm()}
    >
      <SeedSheet seed={seed} uri={uri} />
      <OtpInput
        value={code}
        onChange={setCode}
        help="Six digits from your authenticator app."
        refusal={step.refusalOf("code")}
      />
    </Step>
  );
}
