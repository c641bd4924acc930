/** The line along which a pair is cut: the API key above it, the secret below. */
export const WavyCut = () => (
  <svg aria-hidden="true" className="block h-3 w-full text-border-strong">
    <defs>
      <pattern id="wavy-cut" width="32" height="12" patternUnits="userSpaceOnUse">
        <path className="fill-sunken" d="M0 0v6c5.3-5 10.7-5 16 0s10.7 5 16 0V0Z" />
        <path fill="none" stroke="currentColor" d="M0 6c5.3-5 10.7-5 16 0s10.7 5 16 0" />
      </pattern>
    </defs>
    <rect width="100%" height="12" fill="url(#wavy-cut)" />
  </svg>
);
