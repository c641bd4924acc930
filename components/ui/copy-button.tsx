"use client";

import { CircleAlert, Copy } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { Icon } from "@/components/ui/icon";
import { Button } from "./button";
import { copyText } from "./copy-text";
import { IconButton } from "./icon-button";
import { toast } from "./toast";

type Props = {
  text: string;
  /** The button's accessible name, such as "Copy key 1042". */
  label: string;
  /** The toast after copying, such as "Key 1042 copied". */
  done: string;
  /** Shown as text instead of the icon alone. */
  children?: ReactNode;
  /**
   * The element that holds the text, if it is not in the nearest key. It is selected while the
   * copy event runs, and if copying fails.
   */
  from?: RefObject<HTMLElement | null>;
  size?: "page" | "row" | "dialog";
  variant?: "primary" | "secondary";
  className?: string;
  onCopied?(): void;
};

/**
 * If copying fails, a message appears under the button and the text is selected. The parent must
 * be a grid, or a flex box that wraps. The empty status region is there all the time, but takes no
 * place in it.
 */
export function CopyButton({ text, label, done, children, from, size = "page", variant, className, onCopied }: Props) {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!failed) return;
    const end = () => setFailed(false);
    document.addEventListener("copy", end);
    return () => document.removeEventListener("copy", end);
  }, [failed]);

  const copy = async (button: HTMLElement) => {
    const shown = from?.current ?? nearestKey(button) ?? button;
    setFailed(false);
    if (await copyText(text, shown)) {
      toast(done);
      return onCopied?.();
    }
    getSelection()?.selectAllChildren(shown);
    setFailed(true);
  };
  return (
    <>
      {children ? (
        <Button
          size={size}
          variant={variant}
          className={className}
          aria-label={label}
          onClick={(event) => void copy(event.currentTarget)}
        >
          <Icon of={Copy} />
          {children}
        </Button>
      ) : (
        <IconButton
          icon={Copy}
          label={label}
          className={className}
          onClick={(event) => void copy(event.currentTarget)}
        />
      )}
      <span role="status" className="col-span-full min-w-0 basis-full empty:absolute">
        {failed && <NotCopied />}
      </span>
    </>
  );
}

const NotCopied = () => (
  <span className="mt-2 flex max-w-72 gap-2 rounded-control border border-warning-border bg-warning-bg px-3 py-2 text-foreground text-small">
    <Icon of={CircleAlert} className="mt-0.5 shrink-0 text-warning" />
    {`Not copied: the browser refused. It is selected now; ${byHand()}.`}
  </span>
);

function nearestKey(button: HTMLElement): HTMLElement | null {
  for (let around = button.parentElement; around; around = around.parentElement) {
    const key = around.querySelector<HTMLElement>("[data-key]");
    if (key) return key;
  }
  return null;
}

function byHand(): string {
  if (matchMedia("(pointer: coarse)").matches) return "choose Copy";
  return `press ${/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘C" : "Ctrl+C"}`;
}
