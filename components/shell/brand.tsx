/** The logo: one sheet, cut in two by a wavy line. */
export const Mark = ({ className = "size-6 text-primary" }: { className?: string }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true" fill="currentColor" className={className}>
    <MarkHalves />
  </svg>
);

export const MarkHalves = () => (
  <>
    <path d="M6 1h5.3c-2.6 3.7-2.6 7.3 0 11s2.6 7.3 0 11H6a5 5 0 0 1-5-5V6a5 5 0 0 1 5-5Z" />
    <path opacity=".45" d="M18 1h-4.2c-2.6 3.7-2.6 7.3 0 11s2.6 7.3 0 11H18a5 5 0 0 0 5-5V6a5 5 0 0 0-5-5Z" />
  </>
);

export const Wordmark = () => <span className="font-[800] text-heading tracking-[-0.005em]">Countersign</span>;
