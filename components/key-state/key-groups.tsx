import { Fragment } from "react";

/**
 * A key (32 characters) or secret (64) in groups of four. No text separates the groups, so that
 * a selection yields one unbroken string.
 */
export function KeyGroups({
  value,
  kind = "key",
  struck,
}: {
  value: string;
  kind?: "key" | "secret";
  struck?: boolean;
}) {
  const groups = Array.from({ length: Math.ceil(value.length / 4) }, (_, index) => ({
    at: index * 4,
    text: value.slice(index * 4, index * 4 + 4),
  }));
  return (
    <span
      className="key-groups"
      data-kind={kind}
      data-key={kind === "key" ? "" : undefined}
      data-strikethrough={struck ? "" : undefined}
      translate="no"
    >
      {groups.map(({ at, text }) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          <span>{text}</span>
        </Fragment>
      ))}
    </span>
  );
}
