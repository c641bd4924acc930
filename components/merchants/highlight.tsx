type Props = { text: string; part: string; start?: boolean };

/** A text with the search term underlined. */
export function Highlight({ text, part, start }: Props) {
  const at = part === "" ? -1 : text.toLowerCase().indexOf(part);
  if (at < 0 || (start && at > 0)) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="bg-transparent text-inherit underline decoration-1 underline-offset-3">
        {text.slice(at, at + part.length)}
      </mark>
      {text.slice(at + part.length)}
    </>
  );
}
