import type { ReactNode } from "react";
import type { KeyRow } from "@/lib/api-keys/reads/queries";
import { type Reader, refusedWords, sourceWords } from "@/lib/words/key-usage";

/**
 * A key as the list receives it in the browser. Its usage is already in words, so that the
 * browser does not load the whole vocabulary.
 */
export type ShownKey = Omit<KeyRow, "usage"> & {
  used: { at: string; from: ReactNode } | null;
  refused: { at: string; why: ReactNode } | null;
};

export function shownKey({ usage: { used, refused }, ...row }: KeyRow): ShownKey {
  return {
    ...row,
    used: used && { at: used.at, from: <SourceLine source={used.source} /> },
    refused: refused && { at: refused.at, why: <WhyRefused refused={refused} state={row.state} /> },
  };
}

type Refused = NonNullable<KeyRow["usage"]["refused"]>;

type Props = { refused: Refused; state: KeyRow["state"]; reader?: Reader };

/** The reason in bold, then the likely mistake as an instruction. */
export function WhyRefused({ refused: { reason, mistake, looked, source }, state, reader }: Props) {
  const { what, remedy } = refusedWords(reason, mistake, looked, { state, reader });
  return (
    <>
      <b className="block text-foreground">{what}</b>
      <span className="block">{remedy}</span>
      <SourceLine source={source} />
    </>
  );
}

export const SourceLine = ({ source }: { source: string }) => (
  <span className="wrap-anywhere block">from {sourceWords(source)}</span>
);
