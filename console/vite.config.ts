import { defineConfig } from 'vite'

/** Where the product answers while the console is served by Vite (`npx vite console`). */
const PRODUCT = 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  // The server puts a number of its own in place of it into every answer (src/http/console-files.ts).
  html: { cspNonce: '__CONSOLE_NONCE__' },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // antd marks its files for servers of React; there is none here.
      onLog(level, log, handle) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
      },
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](?:react|react-dom|react-router|scheduler)[\\/]/, priority: 3 },
            { name: 'charts', test: /node_modules[\\/](?:echarts|zrender)[\\/]/, priority: 2 },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: PRODUCT, changeOrigin: false } } },
})
