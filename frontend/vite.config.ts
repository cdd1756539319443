import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The server's own version names the folder of a build's assets, so that they may be cached for ever: `static/<version>/`. */
function version(): string {
  const source = readFileSync(new URL("../src/kat_monitor/__init__.py", import.meta.url), "utf8");
  const found = /^__version__ = "([\w.+-]+)"$/m.exec(source)?.[1];
  if (found === undefined) throw new Error("src/kat_monitor/__init__.py has no __version__");
  return found;
}

const assets = `static/${version()}`;

/** A script that is left as it is written: a browser too old for the rest must still read it. Modules wait for the whole page, so it runs first. */
function oldBrowsers(): Plugin {
  const source = readFileSync(new URL("old-browser.js", import.meta.url));
  const fileName = `${assets}/old-browser-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js`;
  return {
    name: "old-browsers",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "asset", fileName, source });
    },
    transformIndexHtml: () => [{ tag: "script", attrs: { src: `./${fileName}` }, injectTo: "head" }],
  };
}

export default defineConfig({
  base: "./",
  plugins: [oldBrowsers()],
  define: { __KAT_VERSION__: JSON.stringify(version()) },
  build: {
    outDir: "../src/kat_monitor/dashboard",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // One style sheet: a page's file that comes later brings none that could fail by itself.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        entryFileNames: `${assets}/[name]-[hash].js`,
        chunkFileNames: `${assets}/[name]-[hash].js`,
        assetFileNames: `${assets}/[name]-[hash][extname]`,
      },
    },
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    environment: "node",
    restoreMocks: true,
  },
});
