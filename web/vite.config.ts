import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The console as static files that Cadre serves itself, under a policy that allows nothing from elsewhere:
 * no inline script or style, no data: script, no other origin.
 */
export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: 'es2023',
    chunkSizeWarningLimit: 700,
  },
  server: {
    // `npm run dev -w web` beside a running Cadre, for work on the console itself.
    proxy: {
      '/api': 'http://127.0.0.1:7200',
      '/sign-in': 'http://127.0.0.1:7200',
      '/session': 'http://127.0.0.1:7200',
    },
  },
});
