"use client";

import { CircleCheck } from "lucide-react";
import { useId, useState } from "react";
import { cx } from "@/components/ui/cx";
import { Icon } from "@/components/ui/icon";
import { OptionalSection } from "@/components/ui/optional-section";
import { Refusal } from "@/components/ui/refusal";

const LENGTH = 6;

/**
 * Compares the end of what was saved with the secret on the screen, here in the browser.
 *
 * An exception to the rule that no input holds a secret: this one takes six of its characters. The
 * input has no name, its text is neither sent nor stored, and it disappears with the secret.
 */
export function CheckSaved({ secret, onSaved }: { secret: string; onSaved(): void }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const whole = typed.length === LENGTH;
  const right = whole && secret.endsWith(typed);
  const type = (text: string) => {
    setTyped(text);
    if (text.length === LENGTH && secret.endsWith(text)) onSaved();
  };
  return (
    <OptionalSection title="Check that you saved it">
      <label htmlFor={id} className="mb-1.5 block font-label text-label">
        Last 6 characters, from where you saved it
      </label>
      <input
        id={id}
        type="text"
        maxLength={LENGTH}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => type(target.value.trim())}
        aria-invalid={whole && !right ? true : undefined}
        aria-describedby={`${id}-verdict`}
        className={cx(
          "block h-11 w-full rounded-control border bg-inset px-3 font-mono text-input focus-visible:border-ring focus-visible:-outline-offset-1 sm:w-46",
          whole && !right ? "border-danger" : "border-border-strong",
        )}
      />
      <div id={`${id}-verdict`} role="status">
        {right && (
          <p className="mt-2 flex gap-2 text-active text-label">
            <Icon of={CircleCheck} className="mt-0.5 shrink-0" />
            Right. What you saved ends like this secret key.
          </p>
        )}
        {whole && !right && (
          <Refusal>
            These are not its last 6 characters. Copy the secret key again, save it, then check once more.
          </Refusal>
        )}
      </div>
    </OptionalSection>
  );
}
