import { rule, unverified } from '../rule.js'

const DOC = 'developers.weixin.qq.com'

/** Sizes, lengths and counts of the Official Account platform. */
export const limits = {
  /** The platform cuts the connection then and sends the same push again. */
  replyMs: rule(5000, 'ms', `${DOC}: 接收普通消息`),
  /** Resends after the first delivery. */
  resends: rule(3, 'times', `${DOC}: 接收普通消息`),
  textBytes: unverified(2048, 'UTF-8 bytes of a text message', `${DOC}: 被动回复 / 客服消息`),
  /** Passive reply and customer-service message: more than one is refused with 45008 since 2018-10-12. */
  newsArticles: rule(1, 'articles', `${DOC}: 被动回复图文消息`),
  articleTitle: rule(32, 'characters', `${DOC}: 草稿箱 draft/add`),
  articleAuthor: rule(16, 'characters', `${DOC}: 草稿箱 draft/add`),
  articleDigest: rule(128, 'characters', `${DOC}: 草稿箱 draft/add`),
  articleContentCharacters: rule(20_000, 'characters of HTML', `${DOC}: 草稿箱 draft/add`),
  articleContentBytes: rule(1_048_576, 'bytes of HTML', `${DOC}: 草稿箱 draft/add`),
  articleSourceUrlBytes: rule(1024, 'bytes', `${DOC}: 草稿箱 draft/add`),
  imageBytes: rule(10_485_760, 'bytes (JPG, PNG, GIF)', `${DOC}: 新增临时素材`),
  articleImageBytes: rule(1_048_576, 'bytes (JPG, PNG)', `${DOC}: 上传图文消息内的图片`),
  voiceBytes: rule(2_097_152, 'bytes (AMR, MP3, at most 60 s)', `${DOC}: 新增临时素材`),
  videoBytes: rule(10_485_760, 'bytes (MP4)', `${DOC}: 新增临时素材`),
  thumbBytes: rule(65_536, 'bytes (JPG)', `${DOC}: 新增临时素材`),
  temporaryMediaDays: rule(3, 'days', `${DOC}: 新增临时素材`),
  menuButtons: rule(3, 'top buttons', `${DOC}: 自定义菜单`),
  menuSubButtons: rule(5, 'sub buttons', `${DOC}: 自定义菜单`),
  menuNameBytes: rule(16, 'bytes of a top button name', `${DOC}: 自定义菜单`),
  menuSubNameBytes: rule(60, 'bytes of a sub button name', `${DOC}: 自定义菜单`),
  menuKeyBytes: rule(128, 'bytes', `${DOC}: 自定义菜单`),
  menuUrlBytes: rule(1024, 'bytes', `${DOC}: 自定义菜单`),
  cardTitle: unverified(64, 'characters of a mini-program card title', `${DOC}: 客服消息 miniprogrampage`),
  cardPathBytes: unverified(1024, 'bytes of a mini-program page path', `${DOC}: 客服消息 miniprogrampage`),
  choiceItems: unverified(10, 'items of a choices message (msgmenu)', `${DOC}: 客服消息 msgmenu`),
  sceneText: rule(64, 'characters of a scene', `${DOC}: 生成带参数的二维码`),
  sceneDays: rule(30, 'days of a temporary scene code', `${DOC}: 生成带参数的二维码`),
  permanentScenes: rule(100_000, 'permanent scene codes', `${DOC}: 生成带参数的二维码`),
  tags: rule(100, 'tags of an account', `${DOC}: 标签管理`),
  tagsPerFollower: rule(20, 'tags of a follower', `${DOC}: 标签管理`),
  tagNameBytes: rule(30, 'bytes', `${DOC}: 标签管理`),
  templateFields: rule(20, 'characters of a template field since 2023-05-04', `${DOC}: 模板消息`),
  clientMsgId: unverified(32, 'characters of client_msg_id', `${DOC}: 模板消息`),
  clientMsgIdMs: unverified(600_000, 'ms in which the same client_msg_id is sent once', `${DOC}: 模板消息`),
  massClientMsgId: rule(60, 'bytes of clientmsgid (64 documented, 64 exactly was refused)', `${DOC}: 群发`),
  tokenSeconds: rule(7200, 's', `${DOC}: stable_token`),
  tokenForceRefreshesPerDay: rule(20, 'times a day', `${DOC}: stable_token`),
  tokenForceRefreshGapMs: rule(30_000, 'ms', `${DOC}: stable_token`),
} as const
