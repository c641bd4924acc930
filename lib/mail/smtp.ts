import type { Socket } from "node:net";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import SMTPConnection from "nodemailer/lib/smtp-connection/index.js";
import type { Send } from "./deliver";

/** The server refused this recipient or this text permanently. RFC 5321 4.2.1. */
export class MailRefused extends Error {}

/** The limit of a whole delivery, even if the server keeps sending a byte a minute. */
const DELIVERY_MS = 60_000;
const SILENCE_MS = 30_000;
const CONNECT_MS = 10_000;

/**
 * Sends over SMTP, one connection per mail. A password is sent only over TLS with a valid
 * certificate, or to this machine. Without a password, TLS is used if the server offers it. The
 * Message-ID and Date of a mail are the same at every attempt.
 */
export function smtpSender(url: string, from: string): Send {
  const server = serverAt(new URL(url));
  return async ({ id, to, at }, { subject, text }) => {
    const recipient = { name: "", address: to };
    const sealed = { disableFileAccess: true, disableUrlAccess: true, headers: { "Auto-Submitted": "auto-generated" } };
    const message = new MailComposer({ from, to: recipient, subject, text, date: at, ...sealed }).compile();
    const envelope = message.getEnvelope();
    message.setHeader("Message-ID", `<${id}@${String(envelope.from).split("@").at(-1)}>`);
    await handOver(server, envelope, await message.build());
  };
}

type Server = { options: SMTPConnection.Options; credentials: SMTPConnection.Credentials | null };

/** The connection options for a server's URL. */
export function serverAt({ protocol, hostname, port, username, password }: URL): Server {
  const host = hostname.replace(/^\[|\]$/g, "");
  const secure = protocol === "smtps:";
  const here = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);
  const credentials = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : null;
  return {
    credentials,
    options: {
      ...{ host, port: port ? Number(port) : secure ? 465 : 587, secure },
      ...{
        ignoreTLS: here && !secure,
        requireTLS: credentials !== null && !here,
        tls: { rejectUnauthorized: secure || credentials !== null },
      },
      ...{
        connectionTimeout: CONNECT_MS,
        dnsTimeout: CONNECT_MS,
        greetingTimeout: CONNECT_MS,
        socketTimeout: SILENCE_MS,
      },
    },
  };
}

async function handOver(
  { options, credentials }: Server,
  envelope: SMTPConnection.Envelope,
  message: Buffer,
): Promise<void> {
  const connection = new SMTPConnection(options);
  let late: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      late = setTimeout(
        () => reject(new Error(`The mail server was not done after ${DELIVERY_MS / 1000} s.`)),
        DELIVERY_MS,
      );
      const send = () =>
        connection.send(envelope, message, (error) => (error ? reject(toMailError(error)) : resolve()));
      connection.on("error", reject);
      connection.once("end", () => reject(new Error("The mail server ended the connection.")));
      connection.connect(() =>
        credentials ? connection.login(credentials, (error) => (error ? reject(error) : send())) : send(),
      );
    });
    connection.quit();
  } catch (error) {
    connection.close();
    // Closing alone would still send buffered data, and a mail that is postponed could arrive.
    const socket: Socket | false = connection._socket;
    if (socket) socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function toMailError(error: SMTPConnection.SMTPError): Error {
  const final = /^55\d$/.test(String(error.responseCode)) && ["RCPT TO", "DATA"].includes(error.command ?? "");
  return final ? new MailRefused(error.message) : error;
}
