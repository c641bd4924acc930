import { expect, test } from "vitest";
import { operatorErrorOf } from "@/lib/gateway/sealing/operator-error";
import { RingRefused } from "@/lib/gateway/sealing/prove-ring";

const coded = (code: string, message = "words of the database's") => Object.assign(new Error(message), { code });

test.each([
  ["private keys that are another database's", new RingRefused("Version 1 is another key"), "Version 1 is another key"],
  [
    "what a function of the database says",
    coded("55000", "Version 2 is the newest, and stays."),
    "Version 2 is the newest, and stays.",
  ],
  ["a lock", coded("55P03"), "The database is busy."],
  ["a backend that was ended", coded("57P01"), "The database did not answer (57P01)."],
  ["a connection that is refused", coded("ECONNREFUSED"), "The database did not answer (ECONNREFUSED)."],
  [
    "an answer that does not come",
    new Error("Query read timeout"),
    "The database did not answer (Query read timeout).",
  ],
  ["a connection that breaks", new Error("Connection terminated unexpectedly"), "The database did not answer"],
])("%s is reported in a sentence", (_, error, sentence) => {
  expect(operatorErrorOf(error)?.message).toContain(sentence);
});

test.each([new TypeError("x is undefined"), coded("42P01"), coded("23000"), coded("42501")])(
  "a bug is not: %s",
  (bug) => {
    expect(operatorErrorOf(bug)).toBeNull();
  },
);
