/** One PostgreSQL cluster, original or copy, and the history that a server of it writes: each promotion begins a later one. */
export type Server = { system: string; timeline: number };

/**
 * The latest timeline that a gateway renewed on, of each cluster.
 *
 * Attack: an old primary that lives on after another server was promoted, and that a connection leads back to: what was deactivated since, it never hears of.
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
