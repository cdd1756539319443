import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** The server's own version names the folder of a build's assets, so that they may be cached for ever: `static/<version>/`. */
function version(): string {
  const source = readFileSync(new URL("../src/kat_monitor/__init__.py", import.meta.url), "utf8");
  const found = /^__version__ = "([\w.+-]+)"$/m.exec(source)?.[1];
  if (found === undefined) throw new Error("src/kat_monitor/__init__.py has no __version__");
  return found;
}

const assets = `static/${version()}`;

export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/kat_monitor/dashboard",
    emptyOutDir: true,
    assetsInlineLimit: 0,
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
