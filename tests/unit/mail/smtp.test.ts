import { describe, expect, test } from "vitest";
import { serverAt } from "@/lib/mail/smtp";

const at = (url: string) => serverAt(new URL(url));

describe("the mail server of a URL", () => {
  test.each(["smtp://user:pw@mail.example.com", "smtp://user:pw@10.0.0.5:25", "smtp://user:pw@127.0.0.1.example.com"])(
    "%s is never sent a password without TLS and a valid certificate",
    (url) => {
      expect(at(url).options).toMatchObject({
        secure: false,
        requireTLS: true,
        ignoreTLS: false,
        tls: { rejectUnauthorized: true },
      });
    },
  );

  test("smtps:// uses TLS from the start, with a valid certificate", () => {
    expect(at("smtps://mail.example.com").options).toMatchObject({
      port: 465,
      secure: true,
      tls: { rejectUnauthorized: true },
    });
  });

  test("without a password TLS is used where it is offered, whatever its certificate", () => {
    expect(at("smtp://relay.example.com:25").options).toMatchObject({
      ...{ port: 25, secure: false, requireTLS: false, ignoreTLS: false },
      tls: { rejectUnauthorized: false },
    });
  });

  test.each(["smtp://localhost:2525", "smtp://127.0.0.1:2525", "smtp://[::1]:2525"])(
    "%s is this machine, and needs no TLS",
    (url) => {
      expect(at(url).options).toMatchObject({ port: 2525, ignoreTLS: true, requireTLS: false });
    },
  );

  test("a user and a password are percent-decoded", () => {
    expect(at("smtps://mara%40acme.example:p%40ss%2Fword@mail.example.com").credentials).toEqual({
      user: "mara@acme.example",
      pass: "p@ss/word",
    });
    expect(at("smtps://mail.example.com").credentials).toBeNull();
  });
});
