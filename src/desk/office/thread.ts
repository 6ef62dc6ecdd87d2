import type { EntryMedia, EntryRow } from '../model.js'

/** What a page shows of an entry beside its content. */
export interface Shown {
  /** The file, good for three days. */
  file?: string
  title?: string
  about?: string
  picture?: string
  url?: string
}

/** Content that entries name. */
export interface ShownPorts {
  /** An address under which a file of that account opens; undefined: there is none. */
  link(account: string, media: EntryMedia, name?: string): string | undefined
  cards(): readonly { slug: string; title: string; app: string; thumb: string; path: string }[]
  articles(): readonly { slug: string; title: string; digest: string; cover: string; url: string }[]
}

/** Gives what a page needs to show an entry as the person sees it. */
export function createShown({ link, cards, articles }: ShownPorts) {
  const ours = (file: string) => `/media/${encodeURIComponent(file)}`
  const fileOf = (account: string, media: EntryMedia, name?: string) =>
    media.file === undefined ? local(link(account, media, name)) : ours(media.file)
  const present = (shown: { [K in keyof Shown]: Shown[K] | undefined }): Shown =>
    Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined && value !== ''))

  return (account: string, { content }: Pick<EntryRow, 'content'>): Shown => {
    switch (content.kind) {
      case 'image':
      case 'voice':
        return present({ file: fileOf(account, content.media) })
      case 'video':
        return present({
          file: fileOf(account, content.media),
          picture: content.thumb && fileOf(account, content.thumb),
          title: content.title,
        })
      case 'file':
        return present({ file: fileOf(account, content.media, content.name), title: content.name })
      case 'link':
        return present({ title: content.title, about: content.description, url: web(content.url) })
      case 'article': {
        const found = articles().find(({ slug }) => slug === content.slug)
        const title = found?.title ?? content.slug
        return present({ title, about: found?.digest, picture: found && ours(found.cover), url: web(found?.url) })
      }
      case 'card': {
        const found = cards().find(({ slug }) => slug === content.slug)
        const thumb = content.thumb && fileOf(account, content.thumb)
        return present({
          title: found?.title ?? content.title,
          about: found?.app ?? '小程序',
          picture: found ? ours(found.thumb) : thumb,
        })
      }
      default:
        return {}
    }
  }
}

/** Files of ours by path alone: the page may be open under another name of this server. */
const local = (url: string | undefined) => url?.replace(/^https?:\/\/[^/]+(?=\/desk\/media\/)/, '')

/** Only addresses that a browser may open safely. */
const web = (url: string | undefined) => (url !== undefined && /^https?:\/\//.test(url) ? url : undefined)
