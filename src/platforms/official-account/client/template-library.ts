import { limits } from '../../../../rules/official-account/limits.js'
import type { WeChatApi } from './api.js'
import { atMost, characters, filled, whole } from './check.js'
import { type Fields, idIn, idsOf, numberOf, rowsOf, textOf } from './read.js'

/** A subscription template in use by the account or mini program. */
export interface SubscriptionTemplate {
  /** What messages name. */
  id: string
  title: string
  /** Lines such as `快递单号:{{character_string1.DATA}}`. */
  content: string
  example: string
  /** `once`: one message per consent. */
  consent: 'once' | 'long-term'
  /** Values that enum fields may have, by field name. */
  choices: Record<string, string[]>
}

/** A template of the public library. */
export interface LibraryTemplate {
  id: string
  title: string
  consent: 'once' | 'long-term'
  categoryId: string
}

/** A keyword of a library template. */
export interface LibraryKeyword {
  id: string
  name: string
  example: string
  /** The field kind, e.g. `thing`. */
  rule: string
}

/** The public library of subscription templates and those in use; the same for service accounts and mini programs. */
export interface TemplateLibrary {
  categories(): Promise<{ id: string; name: string }[]>
  /** Up to 30 titles of these categories from `start`. */
  titles(
    categoryIds: readonly string[],
    start: number,
    limit: number,
  ): Promise<{ total: number; templates: LibraryTemplate[] }>
  keywords(templateId: string): Promise<LibraryKeyword[]>
  /** Takes a library template into use with up to 5 keywords in this order, and a scene of up to 15 characters. Gives its id. */
  add(templateId: string, keywordIds: readonly string[], scene: string): Promise<string>
  list(): Promise<SubscriptionTemplate[]>
  remove(id: string): Promise<void>
}

const PATH = '/wxaapi/newtmpl'
const ONCE = 2
/** Templates of the service cards (服务动态) have no keywords to choose. */
const CARDS = /^1000\d{4}$/

/** The library's methods on an API. */
export function templateLibrary(api: WeChatApi): TemplateLibrary {
  return {
    categories: async () =>
      rowsOf((await api.call(`${PATH}/getcategory`))['data']).map((row) => ({
        id: textOf(row, 'id'),
        name: textOf(row, 'name'),
      })),
    titles: async (categoryIds, start, limit) => {
      whole(`${PATH}/getpubtemplatetitles`, 'limit', limit, 1, limits.subscriptionTitlePage)
      const query = { ids: categoryIds.join(','), start: String(start), limit: String(limit) }
      const answer = await api.call(`${PATH}/getpubtemplatetitles`, { query })
      const found = rowsOf(answer['data']).map((row) => ({
        id: textOf(row, 'tid'),
        title: textOf(row, 'title'),
        consent: consentOf(row),
        categoryId: textOf(row, 'categoryId'),
      }))
      return { total: numberOf(answer, 'count'), templates: found }
    },
    keywords: async (templateId) =>
      rowsOf((await api.call(`${PATH}/getpubtemplatekeywords`, { query: { tid: templateId } }))['data']).map((row) => ({
        id: textOf(row, 'kid'),
        name: textOf(row, 'name'),
        example: textOf(row, 'example'),
        rule: textOf(row, 'rule'),
      })),
    add: async (templateId, keywordIds, scene) => {
      const path = `${PATH}/addtemplate`
      if (!CARDS.test(templateId)) whole(path, 'keywordIds', keywordIds.length, 2, limits.subscriptionKeywords)
      filled(path, 'scene', scene)
      atMost(path, 'scene', characters(scene), limits.subscriptionScene)
      const json = { tid: templateId, kidList: keywordIds.map(Number), sceneDesc: scene }
      return idIn(path, await api.call(path, { json }), 'priTmplId')
    },
    list: async () => rowsOf((await api.call(`${PATH}/gettemplate`))['data']).map(templateOf),
    remove: async (id) => {
      await api.call(`${PATH}/deltemplate`, { json: { priTmplId: id } })
    },
  }
}

const consentOf = (row: Fields): 'once' | 'long-term' => (numberOf(row, 'type') === ONCE ? 'once' : 'long-term')

const templateOf = (row: Fields): SubscriptionTemplate => ({
  id: textOf(row, 'priTmplId'),
  title: textOf(row, 'title'),
  content: textOf(row, 'content'),
  example: textOf(row, 'example'),
  consent: consentOf(row),
  choices: Object.fromEntries(
    rowsOf(row['keywordEnumValueList']).map((item) => [
      textOf(item, 'keywordCode').replace(/\.DATA$/, ''),
      idsOf(item['enumValueList']),
    ]),
  ),
})
