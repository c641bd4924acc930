import type { TakesOver } from "@/lib/api-keys/lifecycle";
import type { KeyId, MerchantId, Ticket } from "@/lib/platform/ids";
import type { Result } from "@/lib/platform/result";
import type { RefusalCode } from "@/lib/words/refusals/refusals";
import { indeterminate, type Reply, readReply, replyOf } from "../../forms/action-reply";

const REPEAT_EVERY_MS = 10_000;
export const MAX_REPEATS = 4;
const GIVE_UP_AFTER_MS = 120_000;

export type ActivationRequest = {
  merchantId: MerchantId;
  keyId: KeyId;
  ips: string[];
  ticket: Ticket;
  code?: string;
  passkey?: unknown;
};
export type Activated = { number: number; secret: string | null };

/**
 * `doubt`: the outcome of some attempt with this ticket is unknown, so the ticket and its
 * addresses must be kept.
 * `hanging`: the server action is still pending and blocks whatever Next would do after it.
 */
export type Outcome<Shown = Activated> = { reply: Reply<Shown>; doubt: boolean; hanging: boolean };

/** `path`: where the identical request goes as a plain fetch; an activation's by default. */
export type Transport<Request = ActivationRequest, Shown = Activated> = {
  send(request: Request): Promise<Result<Shown>>;
  fetch: typeof fetch;
  path?(request: Request): string;
  onRepeat?(repeat: number): void;
};

/**
 * All activations or rotations of one dialog, under one ticket. An earlier attempt that seemed
 * lost may have succeeded. A new code then meets a ticket conflict, and the earlier request is
 * sent again unchanged.
 */
export function activations<Request extends { keyId: KeyId } = ActivationRequest, Shown = Activated>(
  means: Transport<Request, Shown>,
): (request: Request) => Promise<Outcome<Shown>> {
  let doubted: Request | null = null;
  let hanging = false;
  const byFetch: Transport<Request, Shown> = { ...means, send: (request: Request) => reveal(means, request) };
  return async (request) => {
    let outcome: Outcome<Shown> = await activate(request, hanging ? byFetch : means);
    hanging ||= outcome.hanging;
    if (doubted && isRefused(outcome.reply, "ticket_conflict")) outcome = await activate(doubted, byFetch);
    if (outcome.doubt) doubted ??= request;
    return { ...outcome, doubt: doubted !== null, hanging };
  };
}

/**
 * Activates a key and obtains its secret even if replies get lost. The server action is sent
 * first. If it fails or has not replied after 10 s, the identical request is sent as a plain
 * fetch: Next runs actions one at a time, so a hung action would block its own retry. It is
 * repeated every 10 s, at most 4 times. All attempts stay open until one of them replies or
 * 120 s have passed.
 */
export function activate<Request extends { keyId: KeyId }, Shown>(
  request: Request,
  { send, fetch, path = revealPath, onRepeat }: Transport<Request, Shown>,
): Promise<Outcome<Shown>> {
  let resolve: (outcome: Outcome<Shown>) => void;
  const outcome = new Promise<Outcome<Shown>>((settled) => {
    resolve = settled;
  });
  const stop = new AbortController();
  let repeats = 0;
  let open = 0;
  let lost = 0;
  let hanging = true;
  let beat: ReturnType<typeof setTimeout> | undefined;
  const deadline = setTimeout(() => settle(indeterminate), GIVE_UP_AFTER_MS);

  const first = replyOf(send(request));
  void first.then(() => {
    hanging = false;
  });
  listen(first);
  return outcome;

  async function listen(attempt: Promise<Reply<Shown>>) {
    open += 1;
    beat = setTimeout(repeat, REPEAT_EVERY_MS);
    const reply = await attempt.catch(() => indeterminate);
    open -= 1;
    if (stop.signal.aborted) return;
    if (settles(reply)) return settle(reply);
    lost += 1;
    if (isRefused(reply, "logged_out")) repeats = MAX_REPEATS;
    if (repeats === 0) repeat();
    else if (repeats === MAX_REPEATS && open === 0) settle(indeterminate);
  }

  function repeat() {
    clearTimeout(beat);
    if (repeats === MAX_REPEATS) return;
    repeats += 1;
    onRepeat?.(repeats);
    listen(post(fetch, path(request), request, stop.signal).then(readReply<Shown>));
  }

  /**
   * Once a reply was lost, neither "nothing was changed" nor "busy" says whether the first attempt
   * succeeded. An outdated page does not find its action; the fetch route is the same in every
   * version.
   */
  function settles(reply: Reply<Shown>): boolean {
    if (reply.ok === "unknown" || isRefused(reply, "page_outdated")) return false;
    return (
      repeats === 0 ||
      reply.ok ||
      !["logged_out", "foreign_origin", "codes_busy", "busy", "not_answered"].includes(reply.refusal.code)
    );
  }

  function settle(reply: Reply<Shown>) {
    clearTimeout(beat);
    clearTimeout(deadline);
    const doubt = open + lost > 0;
    stop.abort();
    resolve({ reply, doubt, hanging });
  }
}

async function reveal<Request extends { keyId: KeyId }, Shown>(
  { fetch, path = revealPath }: Pick<Transport<Request, Shown>, "fetch" | "path">,
  request: Request,
): Promise<Result<Shown>> {
  const reply = await post(fetch, path(request), request).then(readReply<Shown>);
  if (reply.ok === "unknown") throw new Error("no answer");
  return reply;
}

const revealPath = ({ keyId }: { keyId: KeyId }) => `/api/api-keys/${keyId}/reveal`;

const isRefused = (reply: Reply<unknown>, code: RefusalCode) => reply.ok === false && reply.refusal.code === code;

export type RotationRequest = ActivationRequest & { takesOver: TakesOver };
export type Rotated = { id: string; number: number; key: string; secret: string };

export const rotationPath = ({ keyId }: Pick<RotationRequest, "keyId">) => `/api/api-keys/${keyId}/rotate`;

type Receipt = { merchantId: MerchantId; keyId: KeyId; ticket: Ticket };

/**
 * Confirms to the server that the secret is on the screen; the server then erases its copy.
 * Repeated while there is no reply.
 */
export async function confirmReceipt(
  { keyId, ...body }: Receipt,
  { fetch }: Pick<Transport, "fetch">,
): Promise<boolean> {
  for (let attempt = 0; attempt <= MAX_REPEATS; attempt++) {
    if (attempt > 0) await new Promise((resume) => setTimeout(resume, REPEAT_EVERY_MS));
    const reply = await post(fetch, `/api/api-keys/${keyId}/receipt`, body)
      .then(readReply)
      .catch(() => indeterminate);
    if (reply.ok !== "unknown") return reply.ok;
  }
  return false;
}

/** Posts JSON to one of our own fetch routes. */
export function post(send: typeof fetch, path: string, body: object, signal?: AbortSignal) {
  return send(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    cache: "no-store",
    keepalive: signal === undefined,
    signal,
  });
}
