import { createHash } from 'node:crypto'
import { kindNameOf, kindOf } from '../rules/official-account/fields.js'
import { templatesOf } from './content-parts.js'
import type { Clock } from './core/clock.js'
import { AppError } from './core/errors.js'
import { expressionText } from './library/expression-text.js'
import type { Library } from './library/library.js'
import { type ReadyNotice, templateOf } from './library/notice.js'
import { type AccountTemplates, compareTemplates } from './library/notice-templates.js'
import type { ContentProblem } from './library/problem.js'
import { type NoticeProblem, renderNotice, renderText } from './library/render-notice.js'
import type { Addressee } from './logistics/plan.js'
import { noticeEvents, sampleData } from './logistics/sample.js'
import type { Outbox } from './outbox/outbox.js'
import type { Accounts } from './platforms/accounts.js'

/** What the board of notices is made of. */
export interface NoticeBoardPorts {
  library: Pick<Library, 'notices' | 'problems'>
  accounts: Pick<Accounts, 'client' | 'miniProgram'>
  /** The Official Accounts of the configuration. */
  ids: readonly string[]
  outbox: Pick<Outbox, 'put'>
  addressee(contact: string, account: string): Promise<Addressee | undefined>
  clock: Clock
  timeZone: string
}

/** Templates that were asked for are remembered that long. */
const REMEMBERED_MS = 30_000

/** Which news is answered with which notice, whether that would arrive, how it reads, and a trial of it. */
export type NoticeBoard = ReturnType<typeof createNoticeBoard>

/** The board over the library's notices and the templates that the accounts really have. */
export function createNoticeBoard(ports: NoticeBoardPorts) {
  const { library, accounts, ids, outbox, addressee, clock, timeZone } = ports
  let remembered: { of: string; until: number; found: Awaited<ReturnType<typeof templatesOf>> } | undefined

  async function templates(notices: readonly ReadyNotice[]) {
    const channels = new Set(notices.map(({ channel }) => channel))
    const [of, now] = [[...channels].toSorted().join(), clock.now().getTime()]
    if (remembered?.of !== of || now >= remembered.until)
      remembered = { of, until: now + REMEMBERED_MS, found: await templatesOf(accounts, ids, channels) }
    return remembered.found
  }

  function named(name: string): ReadyNotice {
    const found = library.notices().find((each) => each.name === name)
    if (found) return found
    throw new AppError('not-found.notice', `there is no notice '${name}'`, { fix: 'see content/notices' })
  }

  /** The data a notice is tried with: an order such as its news is about. */
  function sampleOf(name: string): Record<string, unknown> {
    const event = noticeEvents.find(({ names }) => names.includes(name))?.event ?? 'order.shipped'
    return sampleData(event, clock.now())
  }

  return {
    async list() {
      const notices = library.notices()
      const { templates: found, refused } = await templates(notices)
      const states = new Map(compareTemplates(notices, found).map((state) => [state.name, state]))
      const ofFiles = library.problems().filter(({ file }) => /(^|\/)notices\//.test(file))
      const inFile = (slug: string) => ofFiles.filter(({ file }) => file.endsWith(`/notices/${slug}.yaml`))
      const slugs = new Set(notices.map(({ slug }) => slug))
      return {
        events: noticeEvents.map((each) => ({ ...each, title: { ...each.title }, names: [...each.names] })),
        notices: notices.map((notice) => {
          const state = states.get(notice.name)
          return {
            ...viewOf(notice),
            accounts: state?.accounts ?? [],
            unchecked: state?.unchecked === true,
            problems: [...inFile(notice.slug), ...(state?.problems ?? [])].map(told),
          }
        }),
        broken: ofFiles
          .filter(({ file }) => !slugs.has(slugOf(file)))
          .map(({ file, ...rest }) => ({ file, ...told({ file, ...rest }) })),
        refused: refused.map((each) => ({ ...each })),
        accounts: ids.map((account) => ({
          account,
          templates: accounts.client(account)?.permissions.may('template-messages') ?? false,
          subscriptions: accounts.client(account)?.permissions.may('subscription-notices') ?? false,
          miniProgram: accounts.miniProgram(account) !== undefined,
        })),
      }
    },

    async preview(name: string, data: Record<string, unknown> = sampleOf(name)) {
      const notice = named(name)
      const rendered = renderNotice(notice, data, timeZone)
      const words = notice.text === undefined ? undefined : renderText(notice, data, undefined, timeZone)
      const labels = labelsOf(notice, (await templates(library.notices())).templates)
      const problems: NoticeProblem[] = 'problems' in rendered ? rendered.problems : []
      const filled = 'problems' in rendered ? {} : rendered.fields
      return {
        name,
        data,
        ...(notice.title !== undefined && { title: notice.title }),
        fields: notice.fields.map(({ key }) => {
          const label = labels.get(key)
          return { key, ...(label !== undefined && { label }), ...(key in filled && { value: filled[key] ?? '' }) }
        }),
        ...(!('problems' in rendered) && {
          ...(rendered.url !== undefined && { url: rendered.url }),
          ...(rendered.miniProgram && { page: rendered.miniProgram.path }),
        }),
        ...(words && 'text' in words && { text: plain(words.text) }),
        problems: problems.map(({ field, message, length, limit, source }) => ({
          field,
          message,
          ...(length !== undefined && { length }),
          ...(limit !== undefined && { limit }),
          ...(source !== undefined && { source }),
        })),
      }
    },

    /** Puts one notice with the sample order into the outbox; the same nonce puts it once. */
    async test(name: string, trial: { account: string; contact: string; nonce: string; as?: 'text' | undefined }) {
      const notice = named(name)
      const { account, contact, nonce, as } = trial
      const to = await addressee(contact, account)
      const inProgram = notice.channel === 'mini-program' && as === undefined
      const address = inProgram ? to?.visitor : to?.to
      if (address === undefined) {
        const where = inProgram ? `the mini program of ${account}` : account
        throw new AppError('notice.person', `the contact is not known on ${where}`, {
          fix: 'choose somebody who follows the account (or has opened the mini program)',
        })
      }
      if (templateOf(notice, account) === undefined)
        throw new AppError('notice.template', `the notice has no template for the account ${account}`, {
          fix: `write it into content/notices/${notice.slug}.yaml`,
        })
      const data = sampleOf(name)
      const rendered =
        as === 'text' ? renderText(notice, data, undefined, timeZone) : renderNotice(notice, data, timeZone)
      if ('problems' in rendered) {
        const [first] = rendered.problems
        throw new AppError('notice.data', `${first?.field ?? ''}: ${first?.message ?? ''}`, { fix: 'mend the notice' })
      }
      const hash = createHash('sha256').update(`${address}\n${nonce}`).digest('hex').slice(0, 24)
      const key = `test:notice:${name}:${hash}`
      await outbox.put({
        key,
        account,
        to: address,
        purpose: 'service',
        source: `test:notice:${name}`,
        message: { kind: 'notice', name, data, ...(inProgram && { visitor: address }), ...(as && { as }) },
      })
      return { key, to: address }
    },
  }
}

function viewOf(notice: ReadyNotice) {
  const { slug, name, title, channel, template, fields, text, url, page } = notice
  return {
    slug,
    name,
    file: `content/notices/${slug}.yaml`,
    channel,
    ...(title !== undefined && { title }),
    templates: typeof template === 'string' ? { '*': template } : { ...template },
    fields: fields.map(({ key, value, shorten }) => {
      const kind = kindNameOf(key)
      const rule = kind === undefined ? undefined : kindOf(kind)
      return {
        key,
        value: expressionText(value),
        shorten,
        ...(kind !== undefined && { kind }),
        ...(rule && { max: rule.max, rule: { zh: rule.zh, en: rule.en }, verified: rule.verified }),
      }
    }),
    ...(text !== undefined && { text: expressionText(text) }),
    ...(url !== undefined && { url: expressionText(url) }),
    ...(page && { page: `${page.appid} ${page.path}` }),
  }
}

const told = ({ field, message, fix, severity, line }: ContentProblem) => ({
  field,
  message,
  fix,
  severity,
  ...(line !== undefined && { line }),
})

/** How the template calls its fields: `单号:{{character_string1.DATA}}`. */
function labelsOf(notice: ReadyNotice, byAccount: ReadonlyMap<string, AccountTemplates>): Map<string, string> {
  const labels = new Map<string, string>()
  for (const [account, templates] of byAccount) {
    const id = templateOf(notice, account)
    const content = templates[notice.channel]?.find((each) => each.id === id)?.content ?? ''
    for (const [, label = '', key = ''] of content.matchAll(/^\s*([^{\n]*?)[:：]?\s*\{\{\s*(\w+)\.DATA/gm))
      if (label !== '' && !labels.has(key)) labels.set(key, label)
  }
  return labels
}

const slugOf = (file: string) => file.replace(/^.*\//, '').replace(/\.yaml$/, '')

/** Words with their link as a person reads them. */
const plain = (text: string) => text.replace(/<a [^>]*>([^<]*)<\/a>/g, '[$1]')
