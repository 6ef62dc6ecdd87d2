import { randomUUID } from 'node:crypto'
import { limits } from '../rules/official-account/limits.js'
import { officialAccounts } from './config/accounts.js'
import type { Config } from './config/schema.js'
import type { Contacts } from './contacts/contacts.js'
import type { Clock } from './core/clock.js'
import { AppError } from './core/errors.js'
import { daysOf } from './growth/scenes/days.js'
import { codePng, codeSvg } from './growth/scenes/image.js'
import { type SceneRow, sceneRows } from './growth/scenes/model.js'
import { type NewScene, PLACEMENTS } from './growth/scenes/scene.js'
import type { Scenes } from './growth/scenes/scenes.js'
import { type ChannelCodesPort, channelCodeRoutes } from './http/api/channel-codes.js'
import { menuRoutes } from './http/api/menus.js'
import { noticeRoutes } from './http/api/notices.js'
import type { Route } from './http/api/route.js'
import type { Library } from './library/library.js'
import { createMenus, type Menus } from './menus/menus.js'
import { createNoticeBoard, type NoticeBoard } from './notice-board.js'
import { createAddressee } from './outbox/addressee.js'
import type { Outbox } from './outbox/outbox.js'
import type { Accounts } from './platforms/accounts.js'
import type { Connection } from './store/connect.js'

/** What the marketers' parts are connected to. */
export interface MarketingPartsPorts {
  config: Pick<Config, 'accounts' | 'timeZone'>
  connection: Connection
  library: Library
  accounts: Pick<Accounts, 'client' | 'miniProgram'>
  scenes: Scenes
  contacts: Pick<Contacts, 'get'>
  outbox: Pick<Outbox, 'put'>
  clock: Clock
}

/** Menus, channel codes and notices as the console has them. */
export interface MarketingParts {
  menus: Menus
  codes: ChannelCodesPort
  notices: NoticeBoard
}

/** Connects them. Make them before `ensureIndexes`. */
export function connectMarketingParts(ports: MarketingPartsPorts): MarketingParts {
  const { config, connection, library, accounts, contacts, outbox, clock } = ports
  const ids = officialAccounts(config).map(([id]) => id)
  const menus = createMenus({
    connection,
    clock,
    files: library,
    accounts: ids,
    client(account) {
      const client = ids.includes(account) ? accounts.client(account) : undefined
      return client && { menus: client.menus, tags: client.tags, may: client.permissions.may('menu') }
    },
  })
  const find = createAddressee({ contacts, accounts: ids })
  const notices = createNoticeBoard({
    library,
    accounts,
    ids,
    outbox,
    addressee: (contact, account) => find(contact, account),
    clock,
    timeZone: config.timeZone,
  })
  return { menus, codes: codesOf(ports, ids), notices }
}

function codesOf(
  { config, connection, library, accounts, scenes, clock }: MarketingPartsPorts,
  ids: readonly string[],
) {
  function sourceOf(account: string) {
    const client = ids.includes(account) ? accounts.client(account) : undefined
    if (client) return client.codes
    throw new AppError('not-found.account', `there is no Official Account '${account}'`)
  }
  const port: ChannelCodesPort = {
    accounts: () =>
      Promise.all(
        ids.map(async (account) => ({
          account,
          may: accounts.client(account)?.permissions.may('scene-codes') ?? false,
          permanent: await sceneRows(connection).countDocuments({ account, permanent: true }),
        })),
      ),
    async page(query) {
      const { rows, ...more } = await scenes.page(query)
      return { rows: rows.map(viewOf), ...more }
    },
    async find(account, code) {
      const row = await scenes.find(account, code)
      return row && viewOf(row)
    },
    async create(input) {
      const { reply } = input
      if (reply && 'article' in reply && !library.hasArticle(reply.article)) throw missing('article', reply.article)
      if (reply && 'card' in reply && !library.hasCard(reply.card)) throw missing('card', reply.card)
      return viewOf(await scenes.create(input as NewScene, sourceOf(input.account)))
    },
    renew: async (account, code, lasts) => viewOf(await scenes.renew(account, code, lasts, sourceOf(account))),
    days: (account, code, days) =>
      daysOf({ connection, timeZone: config.timeZone, now: clock.now() }, { account, code, days }),
    picture: (url, caption) => ({ svg: codeSvg(url, caption), png: codePng(url, caption) }),
    rules: {
      placements: PLACEMENTS,
      permanent: limits.permanentScenes.value,
      days: limits.sceneDays.value,
      text: limits.sceneText.value,
    },
  }
  return port
}

function viewOf({ _id: _, ticket: __, ...row }: SceneRow) {
  return row
}

const missing = (kind: string, name: string) =>
  new AppError('scene.reply', `there is no ${kind} '${name}' in the content folder`, {
    fix: 'see `weloop content check`',
  })

/** The routes of the marketers' parts. */
export function marketingRoutes({ menus, codes, notices }: MarketingParts, clock: Clock): Route[] {
  return [
    ...menuRoutes({ menus }),
    ...channelCodeRoutes({ codes, now: () => clock.now() }),
    ...noticeRoutes({ notices, newNonce: randomUUID }),
  ]
}
