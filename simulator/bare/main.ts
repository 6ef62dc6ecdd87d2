import { startBare } from './bare.js'

/**
 * `node dist/simulator/bare/main.js [--port N] [--latency MS] [--jitter MS]`: the load target in a process of its own.
 * Prints one line of JSON with its `url` when it is ready; ends on SIGINT, SIGTERM, or when its parent's channel closes.
 */
if (process.argv[1]?.match(/bare[\\/]main\.[jt]s$/)) {
  const number = (name: string): number | undefined => {
    const at = process.argv.indexOf(`--${name}`)
    return at < 0 ? undefined : Number(process.argv[at + 1])
  }
  const bare = await startBare({
    port: number('port') ?? 0,
    latencyMs: number('latency') ?? 0,
    jitterMs: number('jitter') ?? 0,
  })
  process.stdout.write(`${JSON.stringify({ url: bare.url })}\n`)
  process.send?.({ url: bare.url })
  const end = () => void bare.close().then(() => process.exit(0))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end)
  process.once('disconnect', end)
}
