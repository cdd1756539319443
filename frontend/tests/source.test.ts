/** Rules about the source itself that no compiler keeps. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const src = new URL("../src/", import.meta.url);
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
const text = (name: string): string => readFileSync(new URL(name, src), "utf8");

describe("source", () => {
  it("is in modules of at most 250 lines, each saying first why it exists", () => {
    expect(files.length).toBeGreaterThan(20);
    for (const name of files) {
      expect(text(name).split("\n").length, name).toBeLessThanOrEqual(251);
      expect(text(name).startsWith("/**"), name).toBe(true);
    }
  });

  it("says no word that is not in the catalogue", () => {
    const code = (name: string): string => text(name).replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
    const between = /(?<!=)>\s*([A-Z][A-Za-z ,.']+)\s*</g;
    const spoken = /\b(?:aria-label|title|label|hint|placeholder|alt|submit)="([^"]*[A-Za-z]{2,}[^"]*)"/g;
    for (const name of files.filter((file) => file.endsWith(".tsx"))) {
      const found = [between, spoken].flatMap((pattern) => [...code(name).matchAll(pattern)].map((match) => match[1]));
      expect(found, name).toEqual([]);
    }
  });

  it("never writes markup from strings", () => {
    for (const name of files) expect(text(name), name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/);
  });

  it("has a page without inline scripts or styles, as its policy demands", () => {
    const page = readFileSync(new URL("../index.html", import.meta.url), "utf8");
    expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });
});
