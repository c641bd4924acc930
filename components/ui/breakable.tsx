import { Fragment } from "react";

/**
 * Text with an email address in it: a line that must end within the address ends before its "@".
 */
export const Breakable = ({ text }: { text: string }) =>
  text.split(/(?=@)/).map((part, at) => (
    <Fragment key={part}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
