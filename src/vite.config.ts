import { defineConfig } from 'vite'

/** Used as they are: those that the bundler cannot take in, or that are loaded when first needed. */
const external = [
  ...['bson', 'lmdb', 'co-wechat-api', '@wecom/crypto', 'wechat4u', 'koa', 'pino', 'undici', 'qrcode', 'pinyin-pro'],
  ...['cron-parser', 'sanitize-html', 'socks', 'whatwg-url', 'mongodb-connection-string-url'],
]

/**
 * The compiled command line and everything of ours that it loads, handlers included, with mongoose, its driver and agenda,
 * in some large modules in place of a thousand small ones: a web role starts in two thirds of the time. The modules are
 * readable but for comments, and ASCII: a text with one Chinese character takes twice the memory. The embedded store,
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
    rolldownOptions: {
      external: [/\/dist\/embedded-mongo\//],
      output: {
        entryFileNames: 'cli.js',
        chunkFileNames: 'chunks/[name].js',
        comments: false,
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
      },
    },
  },
})
