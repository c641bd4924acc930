"use client";

import { useState } from "react";
import { addTyped, endsAddress, refusalTexts, toChips } from "./ip-entry";

export type IpEntry = ReturnType<typeof useIpEntry>;

/** The state of a dialog's address field: the chips and the text being typed after them. */
export function useIpEntry(initial: string[], allowPrivate: boolean) {
  const [list, setList] = useState(initial);
  const [typed, setTyped] = useState("");

  const take = (text: string) => {
    const next = addTyped(list, text, allowPrivate);
    setList(next);
    setTyped("");
    return next;
  };
  const without = (text: string) => list.filter((entry) => entry !== text);

  return {
    list,
    typed,
    /** Whether closing the dialog would lose input. */
    changed: typed.trim() !== "" || list.join() !== initial.join(),
    chips: toChips(list, allowPrivate),
    refusalTexts: refusalTexts(list, allowPrivate),
    type: (text: string) => (endsAddress(text) ? take(text) : setTyped(text)),
    paste: (text: string) => take(typed + text),
    /** Ends the address being typed. Returns the list, or null while part of it is invalid. */
    commit: (): string[] | null => {
      const whole = take(typed);
      return refusalTexts(whole, allowPrivate).length === 0 ? whole : null;
    },
    /** Adds a whole address and leaves the one being typed. */
    add: (text: string) => setList(addTyped(list, text, allowPrivate)),
    remove: (text: string) => setList(without(text)),
    correct: (text: string) => {
      setList(addTyped(without(text), typed, allowPrivate));
      setTyped(text);
    },
  };
}
