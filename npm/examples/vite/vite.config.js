import { defineConfig } from "vite";

// In development Vite is the proxy; for others than yourself see guides/proxy.md.
const api = {
  target: process.env.GEMINI_BASE_URL ?? "https://generativelanguage.googleapis.com",
  changeOrigin: true,
  headers: { "x-goog-api-key": process.env.GEMINI_API_KEY ?? "" },
};

export default defineConfig({
  optimizeDeps: { exclude: ["gemini-vision-wasm"] },
  server: { proxy: { "/v1beta": api, "/upload": api } },
  preview: { proxy: { "/v1beta": api, "/upload": api } },
});
