import { defineConfig } from 'vite'

/**
 * The compiled worker and all its modules but lmdb in one file beside it, `worker.bundle.js`: reading and linking a hundred
 * small modules is half of what the start of a store costs. `host.ts` takes it where it is there and up to date.
 */
export default defineConfig({
  ssr: { noExternal: true, external: ['lmdb'] },
  build: {
    ssr: 'dist/embedded-mongo/worker.js',
    outDir: 'dist/embedded-mongo',
    emptyOutDir: false,
    target: 'node20',
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      // names stay as they are: errors are told apart by them
      output: { entryFileNames: 'worker.bundle.js', codeSplitting: false, minify: { mangle: false } },
    },
  },
})
