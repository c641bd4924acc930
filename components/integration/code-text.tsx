/**
 * A comment, from its marker to the end of the line. The blanks exclude markers within strings.
 */
const REMARK = /((?:^|[ \t])(?:\/\/|#) .*)$/m;

/** Code in two tones. It scrolls within its own box, with the keyboard too. */
export const CodeText = ({ name, text }: { name: string; text: string }) => (
  <section aria-label={name}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling boxes need keyboard access */}
    <pre tabIndex={0}>
      {text.split(REMARK).map((part, index) =>
        index % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change places
          <span key={index} className="comment">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </pre>
  </section>
);
