import { defineConfig } from 'vite'

/** Used as they are: those that the bundler cannot take in, must be the same for all, or are loaded when first needed. */
const external = [
  ...['mongoose', 'mongodb', 'bson', 'lmdb', 'agenda', '@agendajs/mongo-backend', 'co-wechat-api', '@wecom/crypto'],
  ...['wechat4u', 'koa', 'pino', 'undici', 'qrcode', 'pinyin-pro', 'cron-parser', 'sanitize-html'],
]

/**
 * The compiled command line and everything of ours that it loads, handlers included, in some large modules in place of
 * several hundred small ones: a web role starts in four fifths of the time and holds 10 MB less. The embedded store,
 * which brings its own worker, stays where it is.
 */
export default defineConfig({
  ssr: { noExternal: true, external },
  build: {
    ssr: 'dist/src/cli.js',
    outDir: 'dist/src',
    emptyOutDir: false,
    target: 'node20',
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      external: [/\/dist\/embedded-mongo\//],
      output: { entryFileNames: 'cli.js', chunkFileNames: 'chunks/[name].js' },
    },
  },
})
