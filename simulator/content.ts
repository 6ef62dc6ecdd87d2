/** What a chat bubble holds, in the words of the phone. URLs are as the sender gave them; the page decides what it opens. */
export type Content =
  | { kind: 'text'; text: string }
  | { kind: 'image'; mediaId: string; url: string }
  | { kind: 'voice'; mediaId: string; url: string; seconds: number; recognition?: string }
  | { kind: 'video'; mediaId: string; url: string; title: string; description: string; thumb?: string }
  | { kind: 'music'; title: string; description: string; url: string; hqUrl: string; thumb?: string }
  | {
      kind: 'article'
      title: string
      digest: string
      url: string
      cover: string
      /** The further articles of a mass message, below the first. */
      more?: { title: string; url: string; cover: string }[]
    }
  | { kind: 'card'; title: string; appid: string; appName: string; path: string; thumb: string }
  | { kind: 'menu'; head: string; items: { id: string; text: string }[]; tail: string }
  | { kind: 'link'; title: string; description: string; url: string; thumb?: string }
  | { kind: 'location'; lat: number; lon: number; scale: number; label: string }
  | {
      kind: 'notice'
      title: string
      fields: { label: string; value: string }[]
      /** A line above the fields, as in the platform's own notices. */
      lead?: string
      url?: string
      miniProgram?: { appid: string; appName: string; path: string }
    }
  | { kind: 'system'; text: string }

/** How an entry came into the chat. */
export type Via =
  | 'follower'
  | 'passive'
  | 'custom'
  | 'template'
  | 'subscription'
  | 'mass'
  | 'preview'
  | 'staff'
  | 'menu'
  | 'platform'

/** One line of a chat. `n` grows by one per entry of a follower and is the cursor of waiting reads. */
export interface ThreadEntry {
  n: number
  at: number
  from: 'follower' | 'account' | 'system'
  via: Via
  content: Content
  /** The exchange that brought it, when there is one. */
  exchange?: number
}

/** Shown when the product did not answer within the time, or could not be reached. */
export const UNAVAILABLE = '该公众号暂时无法提供服务，请稍后再试'
/** Shown when the product's answer was not valid. */
export const BROKEN = '该公众号提供的服务出现故障，请稍后再试'
