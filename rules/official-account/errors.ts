/**
 * What an errcode means and what follows from it. The class decides what the product does; the words are for the
 * operator. `errmsg` is the platform's own text, approximately: code by number only.
 */
export type ErrorClass =
  /** Refresh the token once and try once more. */
  | 'token'
  /** Busy: try again with backoff. */
  | 'busy'
  /** Wrong appid, secret or frozen account: stop and tell the operator. */
  | 'credential'
  /** Our address is not on the allow-list: stop and tell the operator which one. */
  | 'ip'
  /** The account may not call this: remember and do not try again until re-checked. */
  | 'permission'
  | 'banned'
  /** Pause this API until 00:00 Asia/Shanghai. */
  | 'quota-day'
  /** Slow down and try again in a minute. */
  | 'quota-minute'
  | 'window-closed'
  | 'window-used-up'
  | 'not-following'
  /** On the blacklist, or the follower switched messages off. */
  | 'blocked'
  /** Subscription refused or used up. */
  | 'refused'
  /** The openid is wrong or of another account. */
  | 'identity'
  /** Too often to one person: wait over a minute. */
  | 'frequency'
  | 'template'
  /** Media id expired or of the wrong type: upload again once. */
  | 'media'
  /** Risky content: blocked. */
  | 'content'
  /** The request itself is wrong: ours to mend. */
  | 'request'
  /** Already done under this key: success. */
  | 'duplicate'

export interface ErrorRule {
  readonly code: number
  readonly class: ErrorClass
  readonly errmsg: string
  readonly en: string
  readonly zh: string
  /** What to do about it. */
  readonly fix: { readonly en: string; readonly zh: string }
}

type Row = [code: number, cls: ErrorClass, errmsg: string, en: string, zh: string, fixEn?: string, fixZh?: string]

const rows: Row[] = [
  [-1, 'busy', 'system error', 'the platform is busy', '微信系统繁忙'],
  [
    40001,
    'token',
    'invalid credential, access_token is invalid or not latest',
    'the access token is not the latest',
    'access_token 无效或已被刷新',
    'If it comes back after a refresh, the app secret is wrong or another system calls the old token API',
    '若刷新后仍出现：核对 AppSecret，或检查是否有其他系统在获取 token',
  ],
  [40014, 'token', 'invalid access_token', 'the access token is malformed', 'access_token 不合法'],
  [42001, 'token', 'access_token expired', 'the access token has expired', 'access_token 已过期'],
  [41001, 'request', 'access_token missing', 'the access token was not sent', '缺少 access_token'],
  [40002, 'credential', 'invalid grant_type', 'the grant type is wrong', 'grant_type 不合法'],
  [
    40013,
    'credential',
    'invalid appid',
    'the appid is wrong',
    'AppID 不正确',
    'Copy the appid from 公众平台 > 设置与开发 > 基本配置',
    '在 公众平台 > 设置与开发 > 基本配置 复制 AppID',
  ],
  [
    40125,
    'credential',
    'invalid appsecret',
    'the app secret is wrong',
    'AppSecret 不正确',
    'Set the secret again; after a reset the old one stops at once',
    '重新设置 AppSecret；重置后旧值立即失效',
  ],
  [
    40243,
    'credential',
    'appsecret is frozen',
    'the app secret is frozen',
    'AppSecret 已被冻结',
    'Unfreeze it at 微信开发者平台',
    '在微信开发者平台解冻 AppSecret',
  ],
  [41002, 'credential', 'appid missing', 'the appid was not sent', '缺少 AppID'],
  [41004, 'credential', 'appsecret missing', 'the app secret was not sent', '缺少 AppSecret'],
  [
    40164,
    'ip',
    'invalid ip, not in whitelist',
    'our address is not on the IP allow-list',
    '调用方 IP 不在白名单',
    'Add the address at 微信开发者平台 > 基本配置 > IP白名单',
    '在 微信开发者平台 > 基本配置 > IP白名单 添加该地址',
  ],
  [
    89503,
    'ip',
    'this ip needs administrator confirmation',
    'the administrator has to confirm our address',
    '该 IP 调用需要管理员确认',
    'Ask the administrator to confirm in WeChat',
    '请管理员在微信中确认',
  ],
  [
    89501,
    'ip',
    'this ip is waiting for confirmation',
    'our address waits for the administrator',
    '该 IP 正在等待管理员确认',
    'Ask the administrator to confirm in WeChat',
    '请管理员在微信中确认',
  ],
  [
    48001,
    'permission',
    'api unauthorized',
    'the account may not call this API',
    '账号没有该接口权限',
    'See 接口权限 in the console; most need a verified account',
    '在公众平台查看 接口权限；多数接口需要认证',
  ],
  [
    61004,
    'permission',
    'access clientip is not registered',
    'the API is not authorized for this caller',
    '该接口未对调用方授权',
  ],
  [50001, 'permission', 'user unauthorized for this api', 'the account may not call this API', '账号没有该接口权限'],
  [
    48004,
    'banned',
    'api forbidden for irregularities',
    'the platform has banned this API for the account',
    '接口因违规被封禁',
    'See the notice in 公众平台 > 通知中心',
    '查看 公众平台 > 通知中心 的处罚通知',
  ],
  [
    50002,
    'banned',
    'user limited, maybe freeze account',
    'the account is restricted',
    '账号受限',
    'See the notice in 公众平台 > 通知中心',
    '查看 公众平台 > 通知中心 的处罚通知',
  ],
  [
    48003,
    'permission',
    'user not agree mass-send protocol',
    'the administrator has not accepted the mass-send agreement',
    '管理员尚未同意群发协议',
    'Log in to 公众平台 once and accept it',
    '管理员登录公众平台并同意群发协议',
  ],
  [
    45009,
    'quota-day',
    'reach max api daily quota limit',
    'the daily quota of this API is used up',
    '接口当日调用次数已用完',
    'It resets at 00:00 Beijing time; clear_quota works 10 times a month',
    '北京时间 0 点恢复；每月可清零 10 次',
  ],
  [45011, 'quota-minute', 'api minute-quota reach limit', 'too many calls in a minute', '接口调用过于频繁'],
  [45028, 'quota-day', 'has no masssend quota', 'no mass sends are left', '群发次数已用完'],
  [
    45015,
    'window-closed',
    'response out of time limit or subscription is canceled',
    'the 48 h window is closed',
    '超出 48 小时互动窗口',
    'Wait for the next message, or use a notice the follower allowed',
    '等待用户下次互动，或改用其他可用渠道',
  ],
  [
    45047,
    'window-used-up',
    'out of response count limit',
    'all messages of the window are used up',
    '窗口内可发条数已用完',
    'Wait for the next message of the follower',
    '等待用户下次互动',
  ],
  [43004, 'not-following', 'require subscribe', 'the person does not follow the account', '用户未关注'],
  [43019, 'blocked', 'user is in blacklist', 'the person is on the blacklist', '用户在黑名单中'],
  [48002, 'blocked', 'user refuse to accept the msg', 'the follower switched messages off', '用户关闭了接收消息'],
  [
    43101,
    'refused',
    'user refuse to accept the msg',
    'the follower refused, or no permission is left',
    '用户拒收或订阅次数已用完',
  ],
  [43108, 'frequency', 'concurrent calls to the same openid', 'two calls for one person at once', '同一用户并发调用'],
  [
    43117,
    'frequency',
    'Sending messages to this openid too frequently',
    'too many messages to one person',
    '对该用户发送过于频繁',
  ],
  [40241, 'frequency', 'The message is duplicate in 60 seconds', 'the same message within 60 s', '60 秒内重复消息'],
  [40003, 'identity', 'invalid openid', 'the openid is wrong or of another account', 'openid 不正确或不属于该账号'],
  [40031, 'identity', 'invalid openid list', 'the openid list is wrong', 'openid 列表不正确'],
  [46004, 'identity', 'user not exist', 'the person does not exist', '用户不存在'],
  [49003, 'identity', 'openid not match with appid', 'the openid is of another account', 'openid 不属于该账号'],
  [40037, 'template', 'invalid template_id', 'the template id is wrong', '模板 ID 不正确'],
  [43116, 'template', 'template is banned', 'the template is banned', '模板已被封禁'],
  [47003, 'template', 'argument invalid', 'a field of the template is wrong', '模板参数不正确'],
  [40007, 'media', 'invalid media_id', 'the media id has expired or is wrong', 'media_id 无效或已过期'],
  [40004, 'media', 'invalid media type', 'the media type is wrong', '媒体类型不正确'],
  [40005, 'media', 'invalid file type', 'the file type is wrong', '文件类型不正确'],
  [40006, 'media', 'invalid file size', 'the file is too large or empty', '文件大小不正确'],
  [40009, 'media', 'invalid image size', 'the picture is too large', '图片大小不正确'],
  [41005, 'media', 'media data missing', 'the media file was not sent', '缺少媒体文件'],
  [41006, 'media', 'media_id missing', 'the media id was not sent', '缺少 media_id'],
  [45001, 'request', 'media size out of limit', 'the file is too large', '多媒体文件超过大小限制'],
  [45002, 'request', 'content size out of limit', 'the text is too long', '消息内容超过限制'],
  [45003, 'request', 'title size out of limit', 'the title is too long', '标题超过限制'],
  [45004, 'request', 'description size out of limit', 'the digest is too long', '描述超过限制'],
  [45005, 'request', 'url size out of limit', 'the link is too long', '链接超过限制'],
  [45006, 'request', 'picurl size out of limit', 'the picture link is too long', '图片链接超过限制'],
  [45007, 'request', 'playtime out of limit', 'the recording is longer than 60 s', '语音超过 60 秒'],
  [45008, 'request', 'article size out of limit', 'only one article is allowed', '图文消息只能有一条'],
  [45010, 'request', 'create api quota limit', 'too many menu changes', '创建菜单个数超过限制'],
  [45065, 'duplicate', 'clientmsgid exist', 'already accepted under this clientmsgid', '该 clientmsgid 已提交过'],
  [
    45066,
    'frequency',
    'same clientmsgid retry too fast',
    'the same clientmsgid was retried within a minute',
    '同一 clientmsgid 重试过快',
  ],
  [45067, 'request', 'clientmsgid length error', 'the clientmsgid is too long', 'clientmsgid 过长'],
  [45072, 'request', 'invalid command', 'the typing command is wrong', 'typing 命令不正确'],
  [
    45080,
    'window-closed',
    'should have interaction in the last 30 seconds',
    'typing needs a message of the last 30 s',
    '30 秒内没有互动',
  ],
  [45081, 'duplicate', 'already in typing status', 'already typing', '已处于输入状态'],
  [47001, 'request', 'data format error', 'the JSON is malformed', 'JSON 格式错误'],
  [44002, 'request', 'empty post data', 'the body is empty', 'POST 数据为空'],
  [40035, 'request', 'invalid parameter', 'a parameter is wrong', '参数不合法'],
  [40033, 'request', 'invalid charset', 'the text holds \\uXXXX escapes or is not UTF-8', '编码不合法'],
  [43002, 'request', 'require POST method', 'the method must be POST', '需要 POST 请求'],
  [40066, 'request', 'invalid url', 'there is no such API', '接口地址不存在'],
  [40097, 'request', 'invalid args', 'the arguments are wrong', '参数不正确'],
  [40015, 'request', 'invalid menu type', 'the menu type is wrong', '菜单类型不正确'],
  [40016, 'request', 'invalid button size', 'too many menu buttons', '按钮个数不正确'],
  [40018, 'request', 'invalid button name size', 'a button name is too long', '按钮名称过长'],
  [40019, 'request', 'invalid button key size', 'a button key is too long', '按钮 KEY 过长'],
  [40020, 'request', 'invalid button url size', 'a button link is too long', '按钮链接过长'],
  [46003, 'request', 'menu no exist', 'there is no menu', '菜单不存在'],
  [
    48006,
    'quota-day',
    'forbid to clear quota because of reaching the limit',
    'clear_quota was used 10 times this month',
    '本月清零次数已用完',
  ],
  [87014, 'content', 'risky content', 'the content was judged risky', '内容含有违规信息'],
  [61450, 'busy', 'kf system error', 'the customer-service system is busy', '客服系统繁忙'],
  [61451, 'request', 'kf invalid parameter', 'a customer-service parameter is wrong', '客服参数错误'],
  [61452, 'request', 'kf invalid kf_account', 'there is no such customer-service account', '客服账号不存在'],
  [
    48005,
    'request',
    'forbid to delete material used by auto-reply or menu',
    'the material is in use',
    '素材被菜单或自动回复使用',
  ],
  [
    48008,
    'permission',
    'no permission for this msg type',
    'the account may not send this kind of message',
    '没有该类型消息的发送权限',
  ],
]

const GENERIC = {
  busy: ['It is retried by itself', '系统会自动重试'],
  token: ['It is refreshed by itself', '系统会自动刷新'],
} as Partial<Record<ErrorClass, [string, string]>>

/** Every known errcode. */
export const errorRules: ReadonlyMap<number, ErrorRule> = new Map(
  rows.map(([code, cls, errmsg, en, zh, fixEn, fixZh]) => {
    const [en2, zh2] = GENERIC[cls] ?? [
      'See the meaning; the update or delivery names the record',
      '请按含义检查对应记录',
    ]
    return [code, { code, class: cls, errmsg, en, zh, fix: { en: fixEn ?? en2, zh: fixZh ?? zh2 } }]
  }),
)

/** Where the table was read. */
export const errorSource = 'developers.weixin.qq.com: 全局返回码'
