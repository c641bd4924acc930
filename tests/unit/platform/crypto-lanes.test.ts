import { describe, expect, test } from "vitest";
import { inLanes } from "@/lib/platform/crypto/lanes";

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const lanes = (running: number, waiting: number, each = 100) =>
  inLanes(running, { strangers: { waiting, each }, known: { waiting, each }, "logged-in": { waiting, each } });
const subjects = (count: number) => Array.from({ length: count }, (_, n) => `subject ${n}`);

describe("work in lanes", () => {
  test("never runs more than allowed at once, whatever arrives in whichever lane", async () => {
    const enter = lanes(2, 100);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    };
    await Promise.all(subjects(30).map((subject, n) => enter(n % 2 ? "known" : "strangers", subject, work)));
    expect(most).toBe(2);
  });

  test("whoever comes when the lane is full is refused at once, and the work is not started", async () => {
    const enter = lanes(1, 1);
    const { open, opened } = gate();
    const first = enter("strangers", "a", () => opened);
    const second = enter("strangers", "b", async () => "second");
    let begun = false;
    const refused = enter("strangers", "c", async () => {
      begun = true;
    });
    expect(refused).toBeNull();
    open();
    await first;
    expect(await second).toBe("second");
    expect(begun).toBe(false);
  });

  test("a full lane does not affect another, whose work runs next", async () => {
    const enter = lanes(1, 40);
    const order: string[] = [];
    const { open, opened } = gate();
    const running = enter("strangers", "first", () => opened);
    const flood = subjects(200).map((subject) => enter("strangers", subject, async () => void order.push("stranger")));
    expect(flood.filter((each) => each === null)).toHaveLength(160);
    const owner = enter("known", "owner", async () => void order.push("owner"));
    const other = enter("logged-in", "other", async () => void order.push("other"));
    expect([owner, other]).not.toContain(null);
    open();
    await Promise.all([running, owner, other, ...flood]);
    expect(order.indexOf("owner")).toBeLessThanOrEqual(2);
    expect(order.indexOf("other")).toBeLessThanOrEqual(2);
  });

  test("no lane makes another wait for all of its work", async () => {
    const enter = lanes(1, 40);
    const order: string[] = [];
    const { open, opened } = gate();
    const running = enter("known", "first", () => opened);
    const known = subjects(20).map((subject) => enter("known", subject, async () => void order.push("known")));
    const stranger = enter("strangers", "one", async () => void order.push("stranger"));
    open();
    await Promise.all([running, stranger, ...known]);
    expect(order.indexOf("stranger")).toBeLessThanOrEqual(2);
  });

  test("one subject uses some slots of a lane, and leaves the rest; in another lane it counts separately", async () => {
    const enter = lanes(1, 40, 4);
    const { open, opened } = gate();
    const mine = Array.from({ length: 10 }, () => enter("strangers", "one", () => opened));
    expect(mine.filter((each) => each !== null)).toHaveLength(4);
    expect(enter("strangers", "another", async () => {})).not.toBeNull();
    expect(enter("known", "one", async () => {})).not.toBeNull();
    open();
    await Promise.all(mine);
    expect(await enter("strangers", "one", async () => "again")).toBe("again");
  });

  test("work that throws releases its slot and rethrows", async () => {
    const enter = lanes(1, 0, 1);
    await expect(enter("strangers", "a", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await enter("strangers", "a", async () => "next")).toBe("next");
  });

  test("a lane is served in the order of arrival", async () => {
    const enter = lanes(1, 10);
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => enter("strangers", String(n), async () => void order.push(n))));
    expect(order).toEqual([1, 2, 3, 4]);
  });
});
