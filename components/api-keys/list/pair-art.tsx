const WAVE_BACK = "c-10.5-9-20.9-9-31.375 0c-10.5 9-20.9 9-31.375 0".repeat(4);
const WAVE = "c10.5 9 20.9 9 31.375 0c10.5-9 20.9-9 31.375 0".repeat(4);
const GROUPS = [18, 62, 106, 150];

/**
 * A pair cut in two: the half with the API key is solid, the half with the secret still dashed.
 */
export const PairArt = () => (
  <svg viewBox="0 0 252 168" fill="none" aria-hidden="true" className="w-72 text-border-strong max-sm:hidden">
    <g stroke="currentColor">
      <path className="fill-sunken" d={`M9.5.5h233a9 9 0 0 1 9 9V64${WAVE_BACK}V9.5a9 9 0 0 1 9-9Z`} />
      <path strokeDasharray="4 4" d={`M.5 92${WAVE}V158.5a9 9 0 0 1-9 9H9.5a9 9 0 0 1-9-9Z`} />
    </g>
    <g className="fill-subtle-foreground font-sans" fontSize="13">
      <text x="18" y="27">
        API key
      </text>
      <text x="18" y="123">
        Secret key
      </text>
    </g>
    <g fill="currentColor">
      <Groups y={37} />
      <g opacity=".45">
        <Groups y={133} />
        <Groups y={147} />
      </g>
    </g>
  </svg>
);

const Groups = ({ y }: { y: number }) => GROUPS.map((x) => <rect key={x} x={x} y={y} width="36" height="6" rx="3" />);
