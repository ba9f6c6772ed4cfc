import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The transport is chosen here and nowhere else: the product talks to Tauri, the browser
// tests talk to the same backend over a loopback port. A product build has no loopback code.
export default defineConfig(({ mode }) => {
  const loopback = mode === "loopback";
  const backend = process.env.TANDEM_UI_URL;
  return {
    plugins: [svelte()],
    resolve: {
      alias: { "#transport": at(loopback ? "./src/api/loopback.ts" : "./src/api/tauri.ts") },
      ...(process.env.VITEST ? { conditions: ["browser"] } : {}),
    },
    build: {
      outDir: loopback ? "dist-loopback" : "dist",
      target: "es2022",
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 900,
    },
    server: {
      host: "127.0.0.1",
      port: 5173,
      proxy: backend ? Object.fromEntries(["/rpc", "/events"].map((path) => [path, backend])) : {},
    },
    test: { include: ["src/**/*.test.ts", "messages/**/*.test.ts"], environment: "node" },
  };
});
