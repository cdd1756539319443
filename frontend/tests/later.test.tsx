// @vitest-environment happy-dom
/** Pages that come in files of their own: fetched once, and a file that does not come is said and tried again. */
import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { expect, it } from "vitest";
import { later, type Later } from "../src/later.tsx";

function drawn(Page: Later<{ name: string }>): HTMLElement {
  const root = document.createElement("div");
  void act(() => render(<Page name="Rivera" />, root));
  return root;
}

it("is drawn once its file is there, and fetched once", async () => {
  let asked = 0;
  const Page = later<{ name: string }>(() => {
    asked += 1;
    return Promise.resolve(({ name }: { name: string }) => <p>{name}</p>);
  });
  await Page.fetch();
  await Page.fetch();
  const root = drawn(Page);
  await act(() => Promise.resolve());
  expect(root.textContent).toBe("Rivera");
  expect(asked).toBe(1);
});

it.each([new TypeError("no file"), new Error("Unable to preload CSS for /static/use.css")])("says that it did not come, and comes at the next try: %s", async (away) => {
  const answers: (() => Promise<() => VNode>)[] = [() => Promise.reject(away), () => Promise.resolve(() => <p>here</p>)];
  const Page = later<{ name: string }>(() => answers.shift()?.() ?? Promise.reject(new Error("asked too often")));
  const root = drawn(Page);
  await act(() => Page.fetch());
  expect(root.querySelector("[role=alert]")?.textContent).toContain("could not be fetched");
  await act(() => root.querySelector("button")?.click());
  await act(() => Promise.resolve());
  expect(root.textContent).toBe("here");
});
