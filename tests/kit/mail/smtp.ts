import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export type Arrived = {
  to: string;
  raw: string;
  subject: string;
  text: string;
  html: string | null;
  messageId: string;
  date: string;
};

/**
 * What the server does with a complete mail: accept it, accept it but drop the connection before
 * replying, refuse it, or say nothing.
 */
export type Answer = "accept" | "accept and drop" | "say nothing" | { code: number; words: string };

export type MailServer = {
  port: number;
  url: string;
  arrived: Arrived[];
  judge: (mail: Arrived) => Answer;
  /** Called when a recipient is named, before the mail. */
  judgeRecipient: (address: string) => Answer;
  to(address: string): Arrived[];
  close(): Promise<void>;
};

type Options = { port?: number; credentials?: { user: string; password: string } };

/** A real SMTP server on loopback. `arrived` has the mails that it accepted. */
export async function startMailServer({ port = 0, credentials }: Options = {}): Promise<MailServer> {
  const smtp = new SMTPServer({
    authOptional: !credentials,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    hideSTARTTLS: true,
    closeTimeout: 50,
    onAuth: ({ username, password }, _session, done) =>
      username === credentials?.user && password === credentials?.password
        ? done(null, { user: username })
        : done(new Error("No.")),
    onRcptTo: ({ address }, _session, done) => {
      const answer = server.judgeRecipient(address);
      done(typeof answer === "object" ? refusal(answer) : null);
    },
    onData: async (stream, session, done) => {
      const mail = await read(await text(stream), session.envelope.rcptTo.map(({ address }) => address).join());
      const answer = server.judge(mail);
      if (typeof answer === "object") return done(refusal(answer));
      if (answer !== "say nothing") server.arrived.push(mail);
      if (answer === "accept") done(null, "taken");
      if (answer === "accept and drop") socketOf(smtp, session).destroy();
    },
  });
  smtp.on("error", () => {});
  const listening = await new Promise<AddressInfo>((resolve, reject) => {
    smtp.server.once("error", reject);
    smtp.listen(port, "127.0.0.1", () => resolve(smtp.server.address() as AddressInfo));
  });
  const login = credentials ? `${credentials.user}:${encodeURIComponent(credentials.password)}@` : "";
  const server: MailServer = {
    port: listening.port,
    url: `smtp://${login}127.0.0.1:${listening.port}`,
    arrived: [],
    judge: () => "accept",
    judgeRecipient: () => "accept",
    to: (address) => server.arrived.filter((mail) => mail.to === address),
    close: () => new Promise((closed) => smtp.close(closed)),
  };
  return server;
}

async function read(raw: string, to: string): Promise<Arrived> {
  const mail = await PostalMime.parse(raw);
  const { subject = "", html = null, messageId = "", date = "" } = mail;
  return { to, raw, subject, html, messageId, date, text: (mail.text ?? "").replaceAll("\r\n", "\n") };
}

const refusal = ({ code, words }: { code: number; words: string }) =>
  Object.assign(new Error(words), { responseCode: code });

function socketOf({ connections }: SMTPServer, session: unknown): Socket {
  const all = connections as Set<{ session: unknown; _socket: Socket }>;
  const found = [...all].find((connection) => connection.session === session);
  if (!found) throw new Error("The session's connection is gone.");
  return found._socket;
}
