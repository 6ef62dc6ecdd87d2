import type { AccountKind } from '../../rules/official-account/kinds.js'
import type { Update } from '../core/update.js'

/** An article of `content/` as it is sent. */
export interface SourceArticle {
  slug: string
  title: string
  digest: string
  author?: string
  /** 阅读原文. */
  source?: string
  /** The cover's name in `content/media`. */
  cover: string
  /** The body with inlined styles; pictures have their address on our own site. */
  html: string
}

/** A picture of `content/media`. */
export interface SourcePicture {
  name: string
  /** Where to read it from. */
  path: string
  bytes: number
  /** SHA-256, hex. */
  hash: string
  type: string
}

/** What is published: the library, as far as it is needed here. */
export interface Articles {
  find(slug: string): SourceArticle | undefined
  picture(name: string): SourcePicture | undefined
}

/** An article in the words of the platform's client. */
export interface DraftArticle {
  type: 'news'
  title: string
  content: string
  thumbMediaId: string
  author?: string
  digest?: string
  sourceUrl?: string
}

/** What is seen of an article on the platform. */
export interface SeenArticle {
  title: string
  author?: string
  digest?: string
  thumbMediaId?: string
  url?: string
}

interface Seen {
  updatedAt: Date
  articles: readonly SeenArticle[]
}

/** A file to upload. */
export interface Upload {
  bytes: Buffer
  filename: string
  contentType: string
}

/** How far a publication has come. */
export interface Publication {
  status: 'published' | 'publishing' | 'not-original' | 'failed' | 'refused' | 'deleted' | 'banned'
  articleId?: string
  articles: readonly { index: number; url: string }[]
}

type Accepted = Promise<{ msgId: string; msgDataId?: string; repeated: boolean }>
type MassArticle = { type: 'article'; mediaId: string }

/** The platform's API, as far as publishing needs it; errors are AppErrors whose code is `wechat.<class>`. */
export interface PublishingApi {
  pictures: {
    /** Gives the address to use inside an article. */
    uploadForArticle(file: Upload): Promise<string>
    /** Gives the id of a permanent picture, for the cover. */
    uploadForever(file: Upload): Promise<string>
  }
  drafts: {
    add(articles: readonly DraftArticle[]): Promise<string>
    update(mediaId: string, index: number, article: DraftArticle): Promise<void>
    /** Rejects with `wechat.media` when the draft is not in the box. */
    get(mediaId: string): Promise<readonly SeenArticle[]>
    list(offset: number, count: number): Promise<{ total: number; drafts: readonly (Seen & { mediaId: string })[] }>
  }
  publish: {
    submit(mediaId: string): Promise<{ publishId: string; msgDataId?: string }>
    state(publishId: string): Promise<Publication>
    list(
      offset: number,
      count: number,
    ): Promise<{ total: number; published: readonly (Seen & { articleId: string })[] }>
  }
  mass: {
    toAll(message: MassArticle, options: { clientMsgId: string }): Accepted
    toTag(tagId: string, message: MassArticle, options: { clientMsgId: string }): Accepted
    preview(to: { wechatId: string }, message: MassArticle): Promise<string>
    /** `SEND_SUCCESS`, `SENDING`, `SEND_FAIL` or `DELETE`. */
    state(msgId: string): Promise<string>
  }
}

/** The account that publishes. */
export interface PublishingAccount {
  kind: AccountKind
  api: PublishingApi
}

/** Ids of uploads shared by every process on a store. */
export interface UploadStore {
  find(key: UploadKey): Promise<{ mediaId: string; leftMs: number } | undefined>
  put(key: UploadKey, mediaId: string, lifeMs: number): Promise<void>
  drop(key: UploadKey, mediaId: string): Promise<void>
}

/** What was uploaded where. */
export interface UploadKey {
  account: string
  sha256: string
  type: string
}

/** The platform's verdicts, which come as updates. */
export type Verdict = Extract<Update, { kind: 'event.publish.finished' | 'event.mass.sent' }>
