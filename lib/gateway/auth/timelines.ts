/**
 * A PostgreSQL cluster (the original and its copies share one id) and the timeline that a server
 * of it writes. Each promotion begins a later timeline.
 */
export type Server = { system: string; timeline: number };

/**
 * The latest timeline that a gateway renewed on, for each cluster.
 *
 * Attack: an old primary stays alive after another server was promoted, and a connection leads
 * back to it. It never learns what was deactivated since.
 */
export class Timelines {
  readonly #latest = new Map<string, number>();

  isPast({ system, timeline }: Server): boolean {
    return timeline < (this.#latest.get(system) ?? 0);
  }

  renewedOn({ system, timeline }: Server): void {
    this.#latest.set(system, timeline);
  }
}
