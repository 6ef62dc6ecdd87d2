import path from 'node:path'
import handlers from '../../handlers/index.js'
import { type App, createApp } from '../app.js'
import { loadConfig, secretsOf } from '../config/load.js'
import type { Config } from '../config/schema.js'
import { createLogger } from '../log.js'
import type { CampaignTools } from './campaign.js'
import type { CommandContext } from './tools.js'

/**
 * The product on its own store, without its webhook, its clock and its deliveries: those stay the running product's,
 * which takes up what is written here.
 */
export async function openApp(context: CommandContext): Promise<{ app: App; config: Config }> {
  const { root, env, store } = context
  const config = loadConfig({ root, env, overrides: { content: { watch: false } } })
  const log = createLogger({ level: 'error', secrets: secretsOf(config), sink: process.stderr })
  const app = await createApp(config, {
    root,
    handlers,
    log,
    production: env['NODE_ENV'] === 'production',
    ...(store && { store }),
  })
  return { app, config }
}

/** What the campaign commands work on. */
export async function openCampaigns(context: CommandContext): Promise<CampaignTools> {
  const { app, config } = await openApp(context)
  const { library, push } = app
  return {
    campaigns: push.campaigns,
    contentDir: path.resolve(context.root, config.content.dir),
    names: library,
    timeZone: config.timeZone,
    close: () => app.stop(),
  }
}

/** What commands about a corporation work on. */
export async function openCorp(context: CommandContext) {
  const { app, config } = await openApp(context)
  const { library, corp } = app
  return {
    ...corp,
    ...corp.steering,
    welcomes: corp.groupWelcomes,
    contentDir: path.resolve(context.root, config.content.dir),
    names: library,
    timeZone: config.timeZone,
    close: () => app.stop(),
  }
}

/** What `weloop desk` works on. */
export async function openDesk(context: CommandContext) {
  const { app, config } = await openApp(context)
  return { desk: app.desk.desk, timeZone: config.timeZone, close: () => app.stop() }
}

/** What `weloop why` asks. */
export async function openWhy(context: CommandContext) {
  const { app } = await openApp(context)
  return { why: app.push.why, close: () => app.stop() }
}
