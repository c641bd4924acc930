import { Fragment } from "react";

/** A signature in groups of eight. Lines break between groups; a copy has no gaps. */
export const HexGroups = ({ hex }: { hex: string }) => (
  <span className="hex-groups">
    {(hex.match(/.{1,8}/g) ?? []).map((group, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: groups never change places
      <Fragment key={index}>
        <span>{group}</span>
        <wbr />
      </Fragment>
    ))}
  </span>
);
