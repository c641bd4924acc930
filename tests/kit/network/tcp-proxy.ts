import { createConnection, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The direction of bytes: up to the database (or another server), or down to its client. */
export type Direction = "up" | "down";

export type Trap = {
  direction: Direction;
  /** The trap springs when these bytes pass, even split over two packets. */
  bytes: string;
  /**
   * What happens to this one connection: it ends, or it stays open and nothing more passes either
   * way until `resume`.
   */
  fate: "cut" | "silence";
  /**
   * Whether the bytes still reach the other side first: a COMMIT that happens but whose reply is
   * lost.
   */
  pass: boolean;
};

export type TcpProxy = {
  port: number;
  /** The same URL through this proxy. */
  through(url: string): string;
  /** Redirects new connections to another port. Open ones stay as they are. */
  leadTo(port: number): void;
  /** Ends every connection and refuses new ones until `resume`. */
  cut(): void;
  /** Ends every connection; new ones are accepted. */
  drop(): void;
  /** Connections stay open and new ones are accepted, but nothing passes. */
  silence(direction?: Direction): void;
  /** Everything passes again; held bytes go first. */
  resume(): void;
  delay(direction: Direction, milliseconds: number): void;
  /** Springs once. Resolves when it has. */
  trap(trap: Trap): Promise<void>;
  connections(): number;
  close(): Promise<void>;
};

type ArmedTrap = Trap & { sprung: () => void };

/**
 * A TCP proxy on a free loopback port, for network failures: cut, silent, slow, in one direction
 * or both, now or when certain bytes pass.
 */
export async function startTcpProxy({ host, port: to }: { host: string; port: number }): Promise<TcpProxy> {
  const target = { host, port: to };
  const links = new Set<Link>();
  const traps = new Set<ArmedTrap>();
  const state = { cut: false, silent: new Set<Direction>(), delays: { up: 0, down: 0 } };

  const server = createServer((client) => {
    if (state.cut) return void client.destroy();
    const link = new Link(client, createConnection(target), traps, state.delays, () => links.delete(link));
    for (const direction of state.silent) link.hold(direction);
    links.add(link);
  });
  const port = await listening(server);
  const drop = () => {
    for (const link of links) link.destroy();
  };
  return {
    port,
    through: (url) => withPort(url, port),
    drop,
    leadTo(elsewhere) {
      target.port = elsewhere;
    },
    cut() {
      state.cut = true;
      drop();
    },
    silence(direction) {
      for (const each of direction ? [direction] : (["up", "down"] as const)) {
        state.silent.add(each);
        for (const link of links) link.hold(each);
      }
    },
    resume() {
      state.cut = false;
      state.silent.clear();
      for (const link of links) link.release();
    },
    delay(direction, milliseconds) {
      state.delays[direction] = milliseconds;
    },
    trap: (trap) => new Promise((sprung) => traps.add({ ...trap, sprung })),
    connections: () => links.size,
    close: () =>
      new Promise((closed) => {
        drop();
        server.close(() => closed());
      }),
  };
}

/** A client's connection and its counterpart to the target. */
class Link {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #pipes: Record<Direction, Pipe>;

  constructor(
    client: Socket,
    upstream: Socket,
    traps: Set<ArmedTrap>,
    delays: Record<Direction, number>,
    gone: () => void,
  ) {
    this.#client = client;
    this.#upstream = upstream;
    const spring = (trap: ArmedTrap) => this.#spring(trap);
    this.#pipes = {
      up: new Pipe("up", client, upstream, traps, delays, spring),
      down: new Pipe("down", upstream, client, traps, delays, spring),
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true).on("error", () => this.destroy());
      socket.on("close", () => this.destroy()).on("close", gone);
    }
  }

  hold(direction: Direction): void {
    this.#pipes[direction].hold();
  }

  release(): void {
    this.#pipes.up.release();
    this.#pipes.down.release();
  }

  destroy(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** Bytes that were let through must still arrive: ends the far side, destroys the near side. */
  #spring({ fate, direction, pass, sprung }: ArmedTrap): void {
    if (fate === "silence") {
      this.hold("up");
      this.hold("down");
    } else if (pass) {
      this.hold(direction === "up" ? "down" : "up");
      const [near, far] = direction === "up" ? [this.#client, this.#upstream] : [this.#upstream, this.#client];
      near.removeAllListeners("close").destroy();
      far.end();
    } else this.destroy();
    sprung();
  }
}

/** One direction of a link: bytes pass in order, late, or not at all. */
class Pipe {
  #held: Buffer[] | null = null;
  #tail = Buffer.alloc(0);
  #late = 0;
  #last = Promise.resolve();

  constructor(
    readonly direction: Direction,
    from: Socket,
    readonly to: Socket,
    readonly traps: Set<ArmedTrap>,
    readonly delays: Record<Direction, number>,
    readonly spring: (trap: ArmedTrap) => void,
  ) {
    from.on("data", (chunk: Buffer) => this.#arrive(chunk));
    from.on("end", () => void this.#last.then(() => this.#held || to.end()));
  }

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const chunk of held) this.to.write(chunk);
  }

  #arrive(chunk: Buffer): void {
    const delay = this.delays[this.direction];
    if (delay === 0 && this.#late === 0) {
      this.#pass(chunk);
      return;
    }
    const due = Date.now() + delay;
    this.#late++;
    this.#last = this.#last.then(async () => {
      await sleep(due - Date.now());
      this.#late--;
      this.#pass(chunk);
    });
  }

  #pass(chunk: Buffer): void {
    const trap = this.#sprungBy(chunk);
    if (trap && !trap.pass) this.spring(trap);
    if (this.#held) this.#held.push(chunk);
    else if (!this.to.destroyed) this.to.write(chunk);
    if (trap?.pass) this.spring(trap);
  }

  /** Only bytes that pass now can spring a trap, not those that passed before it was set. */
  #sprungBy(chunk: Buffer): ArmedTrap | undefined {
    const springs = ({ direction, bytes }: ArmedTrap) =>
      direction === this.direction && Buffer.concat([this.#tail.subarray(-(bytes.length - 1)), chunk]).includes(bytes);
    const found = [...this.traps].find(springs);
    if (found) this.traps.delete(found);
    this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-64);
    return found;
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = "127.0.0.1";
  changed.port = String(port);
  return changed.href;
}
