import { Fragment, type Ref } from "react";

/**
 * Ten codes in groups of four. No text separates the groups, so a selection copies only the codes.
 */
export const CodeList = ({ codes, ref }: { codes: string[]; ref: Ref<HTMLOListElement> }) => (
  <ol
    ref={ref}
    aria-label="Recovery codes"
    translate="no"
    className="grid grid-cols-1 rounded-card border border-border bg-sunken px-4 py-2.5 sm:grid-flow-col sm:grid-cols-2 sm:grid-rows-5 sm:gap-x-5"
  >
    {codes.map((code, index) => (
      <li key={code} className="flex items-baseline leading-8">
        <span aria-hidden className="w-6.5 shrink-0 select-none text-subtle-foreground text-small tabular-nums">
          {index + 1}
        </span>
        <output className="whitespace-nowrap font-medium font-mono text-[15px] sm:text-[14px] [&>span:not(:last-child)]:me-[.5ch] [&>span:nth-of-type(even)]:text-muted-foreground">
          {groups(code)}
        </output>
      </li>
    ))}
  </ol>
);

const groups = (code: string) =>
  (code.match(/.{1,4}/g) ?? []).map((group, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: groups have no other key
    <Fragment key={index}>
      {index > 0 && <wbr />}
      <span>{group}</span>
    </Fragment>
  ));
