import { randomBytes } from 'node:crypto'
import handlers from '../handlers/index.js'
import { type App, createApp, type Role } from './app.js'
import { loadConfig, secretsOf } from './config/load.js'
import type { Logger } from './core/log.js'
import { createLogger } from './log.js'

/** After this the process ends whatever is still under way (WeChat itself has given up long before). */
const SHUTDOWN_MS = 25_000

/**
 * Runs the product in this process until SIGINT or SIGTERM: `all` is web and worker together. With the simulator the
 * demo account has its platform beside it. Resolves when the ordered shutdown has begun; throws ProblemsError when the
 * configuration is wrong.
 */
export async function run(
  role: Role,
  options: { root: string; env: NodeJS.ProcessEnv; simulator: boolean },
): Promise<void> {
  const began = performance.now()
  const config = loadConfig({
    root: options.root,
    env: options.simulator ? { ...options.env, SIMULATOR: options.env['SIMULATOR'] ?? '1' } : options.env,
  })
  const log = createLogger({
    level: config.log.level,
    secrets: secretsOf(config),
    readable: process.stdout.isTTY === true,
  })
  const demoKey = { id: 'wlk_demo_shop', secret: randomBytes(32).toString('base64url') }
  const demo = config.simulator.enabled ? await import('./demo.js') : undefined
  const simulator = await demo?.startDemo(config, log, demoKey)
  const app = await createApp(config, {
    root: options.root,
    handlers,
    log,
    production: options.env['NODE_ENV'] === 'production',
  })
  const { port } = await app.start(role)
  if (port !== undefined) await app.greet((line) => process.stdout.write(`${line}\n`))
  if (demo && simulator) {
    await app.push.shop.keys.ensureDemo({ ...demoKey, ...DEMO_SHOP })
    await demo.dressDemo(app, config, simulator, log)
  }
  log.info(
    {
      role,
      ...(port === undefined ? {} : { product: config.publicUrl }),
      ...(simulator ? { simulator: simulator.url } : {}),
      accounts: Object.keys(config.accounts),
      ms: Math.round(performance.now() - began),
    },
    simulator ? `ready: product ${config.publicUrl}, simulator (open this) ${simulator.url}` : 'ready',
  )
  await endOnSignal(app, log, async () => simulator?.close())
}

/** What the sample shop may do: tell the product of its orders, as any shop would. */
const DEMO_SHOP = {
  name: '示例小店',
  shop: 'demo',
  account: 'shop',
  scopes: ['events:write', 'orders:write', 'contacts:write'],
}

/** The first signal ends in order, a second one or the deadline at once with code 1. */
function endOnSignal(app: App, log: Logger, after: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let ending = false
    const end = (signal: string) => {
      if (ending) {
        log.warn({ signal }, 'ended at once')
        process.exit(1)
      }
      ending = true
      log.info({ signal }, 'ending: no new work, finishing what is under way')
      const deadline = setTimeout(() => {
        log.error({ ms: SHUTDOWN_MS }, 'did not end in time')
        process.exit(1)
      }, SHUTDOWN_MS)
      resolve()
      app
        .stop()
        .then(after)
        .then(() => {
          clearTimeout(deadline)
          log.info({}, 'ended')
          process.exit(0)
        })
        .catch((error: unknown) => {
          log.error({ err: error }, 'ending failed')
          process.exit(1)
        })
    }
    process.on('SIGINT', () => end('SIGINT'))
    process.on('SIGTERM', () => end('SIGTERM'))
    process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'))
    process.on('uncaughtException', (error) => {
      log.error({ err: error }, 'uncaught exception: the process ends and its supervisor starts it again')
      process.exit(1)
    })
  })
}
