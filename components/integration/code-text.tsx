/** A remark: from its mark to the end of the line. Marks within a text have no blank on both sides. */
const REMARK = /((?:^|[ \t])(?:\/\/|#) .*)$/m;

/** Code in two tones; it scrolls in itself, by keyboard too. */
export const CodeText = ({ name, text }: { name: string; text: string }) => (
  <section aria-label={name}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
    <pre tabIndex={0}>
      {text.split(REMARK).map((part, index) =>
        index % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change places
          <span key={index} className="note">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </pre>
  </section>
);
