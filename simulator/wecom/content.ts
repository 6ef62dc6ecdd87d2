import type { JsonRecord } from '../json.js'

/** What a chat of the WeCom side shows. */
export type CorpContent =
  | { kind: 'text' | 'markdown'; text: string }
  | { kind: 'image'; url: string }
  | { kind: 'voice' | 'video' | 'file'; url: string; name: string }
  | { kind: 'link'; title: string; description: string; url: string; picture: string }
  | { kind: 'news'; articles: CorpArticle[] }
  | { kind: 'mini-program'; title: string; appid: string; path: string; picture: string }
  | {
      kind: 'notice'
      title: string
      description: string
      appid: string
      path: string
      items: { name: string; value: string }[]
    }
  | CardContent
  | { kind: 'location'; label: string; latitude: number; longitude: number }
  | { kind: 'menu'; head: string; items: MenuItem[]; tail: string }
  | { kind: 'business-card'; staff: string; name: string }
  | {
      /** The desk offers a member or a group. */
      kind: 'upgrade'
      to: 'member' | 'group'
      id: string
      name: string
      wording: string
      state: 'open' | 'accepted' | 'cancelled'
    }

/** An item of a menu: said when tapped (`id`), or opened; words alone otherwise. */
export interface MenuItem {
  text: string
  id?: string
  url?: string
  appid?: string
  path?: string
}

/** A linked article. */
export interface CorpArticle {
  title: string
  description: string
  url: string
  picture: string
  appid: string
  path: string
}

/** A template card as one member sees it. */
export interface CardContent {
  kind: 'card'
  /** As it was sent, or as it was put in its place. */
  card: JsonRecord
  /** `done`: she has pressed it. */
  state: 'open' | 'done'
  pressed?: string
  /** Stands in place of the buttons. */
  label?: string
  selected?: Record<string, string[]>
}

/** How a line came about. */
export type CorpVia =
  | 'hand'
  | 'welcome'
  | 'group-send'
  | 'group-welcome'
  | 'app'
  | 'passive'
  | 'robot'
  | 'transfer'
  | 'system'

/** A line of a chat. */
export interface CorpEntry {
  n: number
  at: number
  from: 'staff' | 'customer' | 'app' | 'robot' | 'system'
  /** Userid, external id or key; empty for the system. */
  by: string
  name: string
  via: CorpVia
  content: CorpContent
  /** The group-send task. */
  task?: string
  recalled?: true
  /** At the desk: the id of the message, and why it did not arrive (fail_type). */
  msgid?: string
  failed?: number
}
