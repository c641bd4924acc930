import { describe, expect, test } from "vitest";
import { bounded } from "@/lib/crypto/bounded";

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("bounded work", () => {
  test("never runs more than allowed at once, whatever arrives", async () => {
    const inTurn = bounded({ running: 2, waiting: 100 });
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    };
    await Promise.all(Array.from({ length: 30 }, () => inTurn(work)));
    expect(most).toBe(2);
  });

  test("whoever comes when the queue is full is refused at once, and the work is not begun", async () => {
    const inTurn = bounded({ running: 1, waiting: 1 });
    const { open, opened } = gate();
    const first = inTurn(() => opened);
    const second = inTurn(async () => "second");
    let begun = false;
    const refused = inTurn(async () => {
      begun = true;
    });
    expect(refused).toBeNull();
    open();
    await first;
    expect(await second).toBe("second");
    expect(begun).toBe(false);
  });

  test("work that throws gives its place back and its error on", async () => {
    const inTurn = bounded({ running: 1, waiting: 0 });
    await expect(inTurn(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await inTurn(async () => "next")).toBe("next");
  });

  test("the queue is served in the order of arrival", async () => {
    const inTurn = bounded({ running: 1, waiting: 10 });
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => inTurn(async () => void order.push(n))));
    expect(order).toEqual([1, 2, 3, 4]);
  });
});
