import path from 'node:path'
import { type Clock, systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { createWayDesk, type WayDesk } from '../customers/ways/desk.js'
import { createWayKeeping } from '../customers/ways/keeping.js'
import { createDownloads } from '../platforms/shared/download.js'
import { sniff } from '../platforms/shared/sniff.js'
import { createContactWaySource } from '../platforms/wecom/contact-way-source.js'
import { type CommandContext, openTools, type Tools } from './tools.js'

/** What the commands of contact ways work with. */
export interface WayTools {
  tools: Tools
  account: string
  desk: WayDesk
  clock: Clock
  close(): Promise<void>
}

/** Opens the ways of a WeCom app, the files taken over. Throws AppError when there is no such app. */
export async function openWays(options: CommandContext & { account?: string | undefined }): Promise<WayTools> {
  const tools = await openTools(options)
  try {
    const { config, store, accounts, events, log } = tools
    const corps = Object.keys(config.accounts).filter((id) => accounts.corp(id) !== undefined)
    const account = options.account ?? (corps.length === 1 ? corps[0] : undefined)
    if (account === undefined || !corps.includes(account)) {
      throw new AppError(
        'account.unknown',
        corps.length === 0 ? 'no WeCom app is configured' : 'which WeCom app is meant?',
        {
          fix:
            corps.length === 0
              ? '在 config 的 accounts 里加上企业微信自建应用'
              : `name one with --account: ${corps.join(', ')}`,
        },
      )
    }
    const ports = {
      connection: store.connection,
      clock: systemClock,
      log,
      events,
      accounts: [account, ...corps.filter((id) => id !== account)],
      contentDir: path.resolve(options.root, config.content.dir),
      timeZone: config.timeZone,
      source: (id: string) => {
        const client = accounts.corp(id)
        return client && createContactWaySource(client)
      },
    }
    const keeping = createWayKeeping({ ...ports, accounts: corps })
    await store.ensureIndexes()
    await keeping.load()
    return { tools, account, desk: createWayDesk({ ...ports, ways: keeping }), clock: systemClock, close: tools.close }
  } catch (error) {
    await tools.close()
    throw error
  }
}

/** A code's picture from the platform. Throws AppError when it cannot be had. */
export async function pictureOf(
  { tools, account }: WayTools,
  address: string,
): Promise<{ bytes: Buffer; type: string }> {
  const corp = tools.config.accounts[account]
  const own = corp?.platform === 'wecom' && 'apiBase' in corp ? [new URL(corp.apiBase).hostname] : []
  const downloads = createDownloads({ allowHosts: own })
  try {
    const bytes = await downloads.get(address, 5_242_880)
    const type = sniff(bytes)?.type
    if (type?.startsWith('image/')) return { bytes, type }
    throw new AppError('way.picture', 'the platform gave no picture', { fix: 'repeat the command later' })
  } finally {
    await downloads.close()
  }
}

/** A picture with a caption below, to be printed. */
export function codeSvg({ bytes, type }: { bytes: Buffer; type: string }, caption: string): string {
  const words = caption.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  const data = `data:${type};base64,${bytes.toString('base64')}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 110"><rect width="100" height="110" fill="#fff"/><image href="${data}" x="2" y="2" width="96" height="96"/><text x="50" y="106" font-size="6" font-family="sans-serif" text-anchor="middle">${words}</text></svg>\n`
}
