const words = {
  title: ['微环模拟器', 'WeLoop simulator'],
  subtitle: ['一个假的微信平台，只通过 HTTP 认识产品', 'A fake WeChat that knows the product only over HTTP'],
  addPhone: ['新增手机', 'Add phone'],
  language: ['English', '中文'],
  quick: ['快捷发送', 'Quick send'],
  follow: ['关注公众号', 'Follow'],
  followByCode: ['扫码关注', 'Follow by code'],
  unfollow: ['取消关注', 'Unfollow'],
  message: ['发消息', 'Message'],
  following: ['已关注', 'Following'],
  service: ['服务号', 'Service account'],
  subscription: ['订阅号', 'Subscription account'],
  verified: ['已认证', 'verified'],
  unverified: ['未认证', 'unverified'],
  intro: [
    '模拟器里的公众号，用来试聊、试菜单、试扫码。',
    'An account inside the simulator: chat, press menus, scan codes.',
  ],
  originalId: ['原始 ID', 'Original id'],
  callback: ['回调地址', 'Callback'],
  mode: ['消息模式', 'Mode'],
  mode_safe: ['安全模式', 'safe'],
  mode_compatible: ['兼容模式', 'compatible'],
  mode_plain: ['明文模式', 'plain'],
  send: ['发送', 'Send'],
  input: ['输入消息', 'Message text'],
  back: ['返回', 'Back'],
  close: ['关闭', 'Close'],
  details: ['公众号资料', 'Account details'],
  menuMode: ['切换到菜单', 'Show the menu'],
  keyboardMode: ['切换到键盘', 'Show the keyboard'],
  more: ['更多', 'More'],
  photo: ['照片', 'Photo'],
  voice: ['语音', 'Voice'],
  video: ['视频', 'Video'],
  place: ['位置', 'Location'],
  scan: ['扫一扫', 'Scan'],
  link: ['链接', 'Link'],
  scanTitle: ['扫渠道码', 'Scan a channel code'],
  scanHint: ['选择一个已生成的二维码，或输入场景值', 'Choose a code that was made, or type a scene'],
  scene: ['场景值', 'Scene'],
  scanNow: ['扫码', 'Scan'],
  noCodes: ['还没有生成过带参数二维码', 'No scene code was made yet'],
  miniProgram: ['小程序', 'Mini Program'],
  miniNote: [
    '模拟器不运行小程序，这里只显示它会打开什么。',
    'The simulator runs no mini programs; this is what would open.',
  ],
  path: ['页面路径', 'Page path'],
  defaultPath: ['（首页）', '(home page)'],
  detail: ['查看详情', 'Details'],
  openOutside: ['在新标签页打开', 'Open in a new tab'],
  typing: ['对方正在输入…', 'typing…'],
  staff: ['人工客服会话中', 'Talking with staff'],
  endStaff: ['结束会话', 'End'],
  log: ['往来记录', 'Exchanges'],
  logEmpty: [
    '在手机里关注公众号、发一条消息，这里会显示平台与产品之间的每一次往来。',
    'Follow and say something: every exchange between platform and product appears here.',
  ],
  all: ['全部', 'All'],
  otherCalls: ['API 调用', 'API calls'],
  tab_request: ['请求', 'Request'],
  tab_signature: ['签名', 'Signature'],
  tab_xml: ['明文 XML', 'Clear XML'],
  tab_reply: ['回复', 'Reply'],
  tab_calls: ['后续 API', 'Later API'],
  state_waiting: ['等待', 'waiting'],
  state_replied: ['已回复', 'replied'],
  state_acknowledged: ['已确认', 'acknowledged'],
  state_failed: ['失败', 'failed'],
  attempt: ['第 {n} 次', 'Attempt {n}'],
  attempts: ['{n} 次推送', '{n} deliveries'],
  copyOf: ['重复推送', 'duplicate'],
  calls: ['{n} 次 API', '{n} API'],
  noAnswer: ['没有回答', 'No answer'],
  emptyAnswer: ['（空串：不回复）', '(empty: no reply)'],
  rawReply: ['原始回复', 'Raw reply'],
  clearReply: ['解密后', 'Decrypted'],
  noCalls: ['这之后还没有相关的 API 调用。', 'No API call about this follower since.'],
  signatureNote: ['把各部分按字典序排序、拼接后取 SHA-1。', 'The parts sorted, joined, SHA-1.'],
  warning: ['提示', 'Note'],
  fault: ['注入的故障', 'Injected fault'],
  requestBody: ['请求体', 'Body'],
  response: ['返回', 'Response'],
  offline: ['与模拟器的连接断开，正在重连…', 'Lost the simulator, reconnecting…'],
  failed: ['操作失败：', 'Failed: '],
  blank: ['消息为空，无法发送', 'Nothing to send'],
  yesterday: ['昨天', 'Yesterday'],
  seconds: ['秒', 's'],
  article: ['文章', 'Article'],
  image: ['图片', 'Picture'],
  clear: ['清空', 'Clear'],
}

const kinds = {
  text: ['文本消息', 'Text'],
  image: ['图片消息', 'Image'],
  voice: ['语音消息', 'Voice'],
  video: ['视频消息', 'Video'],
  shortvideo: ['小视频', 'Short video'],
  location: ['位置消息', 'Location'],
  link: ['链接消息', 'Link'],
  'event.subscribe': ['关注', 'Follow'],
  'event.unsubscribe': ['取消关注', 'Unfollow'],
  'event.SCAN': ['扫码', 'Scan'],
  'event.CLICK': ['点击菜单', 'Menu click'],
  'event.VIEW': ['打开菜单链接', 'Menu link'],
  'event.view_miniprogram': ['打开小程序', 'Menu mini program'],
  'event.TEMPLATESENDJOBFINISH': ['模板消息回执', 'Template receipt'],
  'event.kf_create_session': ['客服接入', 'Staff joined'],
  'event.kf_close_session': ['客服结束', 'Staff left'],
}

let language = readLanguage()

function readLanguage() {
  const asked = new URLSearchParams(location.search).get('lang')
  if (asked === 'en' || asked === 'zh') return asked
  try {
    return localStorage.getItem('weloop.lang') === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

/** The words of this key in the chosen language; `{n}` is replaced. */
export function t(key, n) {
  const [zh, en] = words[key] ?? [key, key]
  return (language === 'en' ? en : zh).replace('{n}', String(n ?? ''))
}

/** Name of a kind of push. */
export function kindName(kind) {
  const [zh, en] = kinds[kind] ?? []
  const plain = kind.replace('event.', '')
  return (language === 'en' ? en : zh) ?? plain
}

/** `zh` or `en`. */
export function currentLanguage() {
  return language
}

/** Chooses the language and remembers it. */
export function chooseLanguage(next) {
  language = next
  document.documentElement.lang = next === 'en' ? 'en' : 'zh-CN'
  try {
    localStorage.setItem('weloop.lang', next)
  } catch {
    // a browser without storage starts in Chinese again
  }
}
