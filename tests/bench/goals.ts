type Goal = { least: number } | { most: number };

/** The goals, by the name of the figure. */
const GOALS: [RegExp, Goal][] = [
  [/^CPU, gateway \/ HMAC, 240 B, /, { most: 1.15 }],
  // At this size JSON costs as much as the HMAC, so the gateway is compared with a peer that
  // parses too.
  [/^CPU, gateway \/ HMAC \+ JSON.parse, 1 MiB, /, { most: 1.1 }],
  [/^gateway \/ HMAC, 240 B, req\/s$/, { least: 0.85 }],
  [/p99 at half of the peak$/, { most: 2 }],
  [/^gateway \/ HMAC \+ JSON.parse, /, { least: 0.9 }],
  [/^gateway on Bun \/ nginx/, { least: 0.8 }],
  [/^2 workers \/ 1, /, { most: 1.1 }],
  [/^gateway \/ undici, .* req\/s$/, { least: 0.8 }],
  [/^cold look-ups, /, { most: 1.2 }],
  [/^flood .* RSS, MB$/, { most: 80 }],
  [/^flood .* honest p99/, { most: 2 }],
  [/^honest p99 beside 500 slow/, { most: 50 }],
  [/one-byte chunks, honest p50 during/, { most: 3 }],
  [/two busy processes, leases that lapsed$/, { most: 0 }],
  [/^goodput in second [3-9] after a reconnect/, { least: 0.8 }],
  [/^slow connections open/, { least: 450 }],
  [/^time with .* events \/ without, /, { most: 1.5 }],
  [/^(?:API keys|overview) \/ empty page, req\/s$/, { least: 0.5 }],
  [/^deactivation, .* COMMIT to acknowledged, p50 ms$/, { most: 100 }],
  // The limits of 3 s and 10 s, plus the interval of the gateway's checks and the delay of the
  // load's own clock.
  [/^longest a slow header/, { most: 3.5 }],
  [/^longest a slow body/, { most: 10.5 }],
];

/** The goal of a figure and whether it was met, as a cell of a table; "" if there is none. */
export function goalCell(name: string, value: number): string {
  const goal = GOALS.find(([pattern]) => pattern.test(name))?.[1];
  if (!goal) return "";
  const met = "least" in goal ? value >= goal.least : value <= goal.most;
  return `${"least" in goal ? `≥ ${goal.least}` : `≤ ${goal.most}`}: ${met ? "met" : "**missed**"}`;
}
