import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the robot. */
const ROBOT = process.env.ZVONAR_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the server's policy allows no data: fonts
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": { target: ROBOT, ws: true } } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
