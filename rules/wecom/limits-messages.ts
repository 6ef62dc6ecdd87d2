import { rule, unverified } from '../rule.js'

const SEND = 'developer.work.weixin.qq.com: 发送应用消息'
const CARD = 'developer.work.weixin.qq.com: 发送应用消息 模板卡片'
const CHAT = 'developer.work.weixin.qq.com: 应用推送消息到群聊'
const ROBOT = 'developer.work.weixin.qq.com: 消息推送（群机器人）'
const MEDIA = 'developer.work.weixin.qq.com: 上传临时素材'

/** Messages to staff: app messages, cards, internal chats, group robots, media. */
export const messageLimits = {
  appReceivers: rule(1000, 'members of one app message', SEND),
  appDepartments: rule(100, 'departments of one app message', SEND),
  appTags: rule(100, 'tags of one app message', SEND),
  appPerMemberMinute: rule(30, 'messages of one app to one member in a minute, more are dropped silently', SEND),
  appPerMemberHour: rule(1000, 'messages of one app to one member in an hour, more are dropped silently', SEND),
  appTitleBytes: rule(128, 'UTF-8 bytes', SEND),
  appDescriptionBytes: rule(512, 'UTF-8 bytes', SEND),
  appUrlBytes: rule(2048, 'UTF-8 bytes', SEND),
  appButton: rule(4, 'characters of a text card’s button', SEND),
  appArticles: rule(8, 'articles', SEND),
  appAuthorBytes: rule(64, 'UTF-8 bytes', SEND),
  appContentBytes: rule(681_984, 'bytes of HTML', SEND),
  appMarkdownBytes: rule(2048, 'UTF-8 bytes', SEND),
  appMiniPageBytes: rule(1024, 'UTF-8 bytes', SEND),
  appMiniTitle: rule(12, 'characters, 4 at least', SEND),
  appMiniItems: rule(10, 'items', SEND),
  appMiniKey: rule(10, 'characters', SEND),
  appMiniValue: rule(30, 'characters', SEND),
  duplicateSeconds: rule(14_400, 'seconds in which the same message is taken for a duplicate', SEND),
  recallHours: rule(24, 'hours in which a message can be recalled', SEND),
  cardTaskIdBytes: rule(128, 'bytes of a task id', CARD),
  cardKeyBytes: rule(1024, 'bytes of a button’s key', CARD),
  cardButtons: rule(6, 'buttons', CARD),
  cardMenuItems: rule(3, 'items of a card’s menu', CARD),
  cardFacts: rule(6, 'lines of facts', CARD),
  cardParagraphs: rule(4, 'paragraphs', CARD),
  cardJumps: rule(3, 'jumps', CARD),
  cardOptions: rule(10, 'options of a selection', CARD),
  cardVoteOptions: rule(20, 'options of a vote', CARD),
  cardSelections: rule(3, 'selections', CARD),
  cardCodeHours: rule(72, 'hours in which a response code is good, once', CARD),
  chatName: rule(50, 'characters', CHAT),
  chatMembers: rule(2000, 'members, 2 at least', CHAT),
  chatIdLength: rule(32, 'letters and digits', CHAT),
  chatCreatesPerDay: rule(1000, 'internal chats a day', CHAT),
  robotPerMinute: rule(20, 'messages of one robot in a minute', ROBOT),
  robotTextBytes: rule(2048, 'UTF-8 bytes', ROBOT),
  robotMarkdownBytes: rule(4096, 'UTF-8 bytes', ROBOT),
  robotImageBytes: rule(2_097_152, 'bytes (JPG, PNG)', ROBOT),
  robotArticles: rule(8, 'articles', ROBOT),
  mediaLeastBytes: rule(5, 'bytes; a file must be larger', MEDIA),
  mediaImageBytes: rule(10_485_760, 'bytes (JPG, PNG)', MEDIA),
  mediaVoiceBytes: rule(2_097_152, 'bytes (AMR, at most 60 s)', MEDIA),
  mediaVideoBytes: rule(10_485_760, 'bytes (MP4)', MEDIA),
  mediaFileBytes: rule(20_971_520, 'bytes', MEDIA),
  mediaDays: rule(3, 'days a media id is good', MEDIA),
  /** The permanent pictures (uploadimg). */
  imagesPerDay: rule(1000, 'pictures a day', 'developer.work.weixin.qq.com: 上传图片'),
  loginCodeBytes: rule(512, 'bytes of a login code', 'developer.work.weixin.qq.com: 构造网页授权链接'),
  loginStateBytes: unverified(
    128,
    'letters and digits of a login state',
    'developer.work.weixin.qq.com: 构造网页授权链接',
  ),
} as const
