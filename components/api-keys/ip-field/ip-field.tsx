"use client";

import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useRef,
} from "react";
import { Announce } from "@/components/ui/announcer";
import { CODE_LENGTH } from "@/components/ui/code-digits";
import { describedBy, Field } from "@/components/ui/field";
import { ALLOWLIST_LIMIT } from "@/lib/platform/ip-allowlist/parse";
import type { Form } from "../../forms/use-form";
import { IpChip } from "./ip-chip";
import type { IpEntry } from "./use-ip-entry";

export const IP_HELP =
  "IPv4, IPv6 or ranges such as 203.0.113.0/24, separated by commas. Leave empty to accept any address.";

type Props = { entry: IpEntry; form: Form; input: RefObject<HTMLInputElement | null>; frozen?: boolean; help?: string };

/** Addresses as chips in a box. An invalid one stays, marked, until it is corrected or removed. */
export function IpField({ entry, form, input, frozen, help = IP_HELP }: Props) {
  const id = useId();
  const refusal = form.refusalOf("ips");
  const said = [...entry.refusalTexts, ...(refusal && entry.refusalTexts.length === 0 ? [refusal] : [])];
  const words = {
    help: frozen ? "These addresses were sent with the first attempt and stay as they are." : help,
    refusal: said.length > 0 && <Sentences said={said} />,
  };

  const box = useRef<HTMLDivElement>(null);
  const count = entry.chips.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chip hides the input
  useEffect(() => {
    const { current } = box;
    if (current?.contains(document.activeElement)) current.scrollTop = current.scrollHeight;
  }, [count]);

  const { clear } = form;
  // biome-ignore lint/correctness/useExhaustiveDependencies: changing the list clears its refusal
  useEffect(() => clear("ips"), [entry.list, entry.typed]);

  const remove = (text: string) => {
    entry.remove(text);
    input.current?.focus();
  };
  const correct = (text: string) => {
    entry.correct(text);
    input.current?.focus();
  };
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = entry.chips.at(-1);
    if (event.key === "Enter" && entry.typed.trim() !== "") {
      event.preventDefault();
      entry.commit();
    } else if (event.key === "Enter") onward(event);
    else if (event.key === "Backspace" && entry.typed === "" && last) {
      event.preventDefault();
      entry.correct(last.text);
    }
  };
  const paste = (event: ClipboardEvent) => {
    event.preventDefault();
    entry.paste(event.clipboardData.getData("text"));
  };
  /**
   * Not if a button takes the focus: the box could grow and move that button away from the
   * pointer.
   */
  const blur = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLInputElement) entry.commit();
  };

  return (
    <Field
      id={id}
      label="IP addresses"
      optional
      aside={count > 0 ? `${count} of ${ALLOWLIST_LIMIT}` : undefined}
      {...words}
    >
      <div
        ref={box}
        className={`flex max-h-46 overflow-y-auto overscroll-contain min-h-12 flex-wrap gap-1.5 rounded-control border bg-inset p-1.75 focus-within:border-ring focus-within:outline-2 focus-within:outline-ring focus-within:-outline-offset-1 ${said.length ? "border-danger" : "border-border-strong"}`}
      >
        {entry.chips.map((chip) => (
          <IpChip key={chip.text} chip={chip} frozen={frozen} onRemove={remove} onCorrect={correct} />
        ))}
        <input
          ref={input}
          id={id}
          {...describedBy(id, words)}
          readOnly={frozen}
          value={entry.typed}
          placeholder={frozen ? undefined : "Add an address"}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          onChange={(event) => entry.type(event.target.value)}
          onKeyDown={keyDown}
          onPaste={paste}
          onBlur={blur}
          className="ip-address h-8 min-w-30 flex-1 bg-transparent px-1 text-label outline-none placeholder:font-sans placeholder:text-subtle-foreground placeholder:opacity-100 max-sm:text-input"
        />
      </div>
      <Announce text={entry.refusalTexts.join(" ")} />
    </Field>
  );
}

/**
 * Enter submits the dialog once its code is complete; until then it moves the focus to the code.
 */
function onward(event: KeyboardEvent<HTMLInputElement>) {
  const code = event.currentTarget.form?.elements.namedItem("code");
  if (!(code instanceof HTMLInputElement) || code.value.length === CODE_LENGTH) return;
  event.preventDefault();
  code.focus();
}

/** One sentence per line: the first three, then how many more there are. */
const Sentences = ({ said }: { said: string[] }) => (
  <>
    {said.slice(0, 3).map((sentence) => (
      <span key={sentence} className="block">
        {sentence}
      </span>
    ))}
    {said.length > 3 && (
      <span className="block">
        {said.length === 4 ? "1 more address needs correcting." : `${said.length - 3} more addresses need correcting.`}
      </span>
    )}
  </>
);
