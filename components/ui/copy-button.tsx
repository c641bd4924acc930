"use client";

import { Copy } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { Button } from "./button";
import { copyText } from "./copy-text";
import { IconButton } from "./icon-button";
import { toast } from "./toast";

type Props = {
  text: string;
  /** The button's name, such as "Copy key 1042". */
  label: string;
  /** Said when it is done, such as "Key 1042 copied". */
  done: string;
  /** Drawn as words instead of the icon alone. */
  children?: ReactNode;
  /** Where the text stands: selected while it is copied by event. */
  from?: RefObject<HTMLElement | null>;
  className?: string;
};

export function CopyButton({ text, label, done, children, from, className }: Props) {
  const copy = async (button: HTMLElement) =>
    toast((await copyText(text, from?.current ?? button)) ? done : "Not copied. Select it and copy it by hand.");
  if (!children) return <IconButton icon={Copy} label={label} className={className} onClick={(event) => void copy(event.currentTarget)} />;
  return (
    <Button size="page" className={className} onClick={(event) => void copy(event.currentTarget)}>
      <Copy aria-hidden size={16} strokeWidth={1.75} />
      {children}
    </Button>
  );
}
