"use client";

import { Fragment, type ReactNode, useRef } from "react";
import { CopyButton } from "./copy-button";

type Props = { name: string; value: string | null; copied: string; gone: ReactNode };

/**
 * A value that is shown once, with a Copy button; null once it is gone. It is in groups of four
 * without text between them, so that a selection yields one unbroken string.
 */
export function ShownOnce({ name, value, copied, gone }: Props) {
  const shown = useRef<HTMLOutputElement>(null);
  if (value === null) return <p className="text-muted-foreground">{gone}</p>;
  const groups = value.match(/.{1,4}/g) ?? [];
  return (
    <div className="flex flex-col gap-4 rounded-card border border-border bg-sunken px-4 py-3.5 sm:flex-row sm:flex-wrap sm:items-center sm:justify-between sm:pl-5">
      <div className="min-w-0">
        <span className="text-muted-foreground text-small">{name}</span>
        <output
          ref={shown}
          aria-label={name}
          translate="no"
          className="block font-medium font-mono text-[17px] leading-7 sm:text-[18px] [&>span:nth-of-type(even)]:text-muted-foreground [&>span]:me-[.85ch]"
        >
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups have no other key
            <Fragment key={index}>
              {index > 0 && <wbr />}
              <span>{group}</span>
            </Fragment>
          ))}
        </output>
      </div>
      <CopyButton text={value} label={`Copy ${name.toLowerCase()}`} done={copied} from={shown}>
        Copy
      </CopyButton>
    </div>
  );
}
