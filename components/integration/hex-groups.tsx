import { Fragment } from "react";

/** A signature in groups of eight, which break between them and are copied without gaps. */
export const HexGroups = ({ hex }: { hex: string }) => (
  <span className="sig">
    {(hex.match(/.{1,8}/g) ?? []).map((group, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one signature never change places
      <Fragment key={index}>
        <span>{group}</span>
        <wbr />
      </Fragment>
    ))}
  </span>
);
